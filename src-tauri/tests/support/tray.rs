//! The desktop's tray: this test is the panel that shows its icons.

use image::Rgba;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};
use zbus::{
    Connection, interface,
    message::Header,
    proxy,
    zvariant::{OwnedObjectPath, OwnedValue, Structure, Value},
};

const NAME: &str = "org.kde.StatusNotifierWatcher";

/// The panel.
#[derive(Clone)]
pub struct Tray {
    bus: Connection,
    items: Items,
}

/// Who registered an icon, and where it is: the newest last.
type Items = Arc<Mutex<Vec<(String, String)>>>;

struct Watcher(Items);

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, service: String, #[zbus(header)] header: Header<'_>) {
        let program = header.sender().unwrap().to_string();
        self.0.lock().unwrap().push((program, service));
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }
}

#[proxy(interface = "org.kde.StatusNotifierItem")]
trait Item {
    #[zbus(property(emits_changed_signal = "false"))]
    fn menu(&self) -> zbus::Result<OwnedObjectPath>;
    #[zbus(property(emits_changed_signal = "false"))]
    fn icon_name(&self) -> zbus::Result<String>;
}

/// Number, properties, children.
type Layout = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);

#[proxy(interface = "com.canonical.dbusmenu")]
trait Menu {
    fn get_layout(&self, parent: i32, depth: i32, names: &[&str]) -> zbus::Result<(u32, Layout)>;
    fn event(&self, id: i32, event: &str, data: Value<'_>, timestamp: u32) -> zbus::Result<()>;
}

impl Tray {
    /// Becomes the panel of the bus.
    pub async fn start(bus: &Connection) -> Self {
        let items = Items::default();
        let watcher = Watcher(Arc::clone(&items));
        bus.object_server()
            .at("/StatusNotifierWatcher", watcher)
            .await
            .unwrap();
        bus.request_name(NAME).await.unwrap();
        let bus = bus.clone();
        Self { bus, items }
    }

    /// The panel shows no icons: its name goes.
    pub async fn goes(&self) {
        self.bus.release_name(NAME).await.unwrap();
    }

    /// The entries of the newest icon's menu: number and label.
    pub async fn menu(&self) -> Option<Vec<(i32, String)>> {
        let (_, (_, _, children)) = self.menu_proxy().await?.get_layout(0, -1, &[]).await.ok()?;
        let entries = children.into_iter().filter_map(|child| {
            let child = Structure::try_from(child).ok()?;
            let [number, properties, _] = child.fields() else {
                return None;
            };
            let number = i32::try_from(number).ok()?;
            let properties: HashMap<String, OwnedValue> =
                properties.try_clone().ok()?.try_into().ok()?;
            let label = String::try_from(properties.get("label")?.clone()).ok()?;
            Some((number, label))
        });
        Some(entries.collect())
    }

    /// Presses an entry of the menu.
    pub async fn press(&self, number: i32) {
        let menu = self.menu_proxy().await.unwrap();
        menu.event(number, "clicked", Value::from(0), 0)
            .await
            .unwrap();
    }

    /// Whether the newest icon carries a mark: something red, which the plain icon has not.
    pub async fn is_marked(&self) -> Option<bool> {
        let item = self.item().await?;
        let file = item.icon_name().await.ok()?;
        let icon = image::open(file).ok()?.to_rgba8();
        let is_red = |pixel: &Rgba<u8>| pixel.0[0] > 180 && pixel.0[1] < 80 && pixel.0[2] < 80;
        Some(icon.pixels().any(is_red))
    }

    fn newest(&self) -> Option<(String, String)> {
        self.items.lock().unwrap().last().cloned()
    }

    async fn item(&self) -> Option<ItemProxy<'static>> {
        let (program, path) = self.newest()?;
        let item = ItemProxy::builder(&self.bus).destination(program).ok()?;
        item.path(path).ok()?.build().await.ok()
    }

    async fn menu_proxy(&self) -> Option<MenuProxy<'static>> {
        let (program, _) = self.newest()?;
        let path = self.item().await?.menu().await.ok()?;
        let menu = MenuProxy::builder(&self.bus).destination(program).ok()?;
        menu.path(path).ok()?.build().await.ok()
    }
}
