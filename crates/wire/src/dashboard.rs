//! How owners do: `GET /api/dashboard?portfolio=&from=&to=&time_zone=`. What the figures mean, and how
//! they are put together, is [`palier_domain::statistics`].

pub use palier_domain::statistics::dashboard::{
    CategoryFigures, Dashboard, Present, PropertyFigures, WeekFigures,
};
