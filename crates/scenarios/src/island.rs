//! A runtime of one's own, which can be sunk.

use std::{future::Future, sync::Arc, time::Duration};
use tokio::runtime::{Builder, Runtime};

/// A runtime with everything that runs on it. Sinking it ends all tasks where they stand.
pub struct Island(Option<Runtime>);

impl Island {
    /// A new island, named for its threads.
    ///
    /// # Panics
    /// When the system gives no more threads.
    pub fn rise(name: &str) -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name(name)
            .enable_all()
            .build();
        match runtime {
            Ok(runtime) => Self(Some(runtime)),
            Err(error) => panic!("no island for {name}: {error}"),
        }
    }

    /// Runs something there and waits for it here.
    ///
    /// # Panics
    /// When it panics.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> T {
        let Some(runtime) = &self.0 else {
            panic!("the island has sunk");
        };
        match runtime.spawn(work).await {
            Ok(value) => value,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }

    /// As [`Island::run`], for work that cannot change threads.
    ///
    /// # Panics
    /// When it panics.
    pub async fn run_in_place<T, F>(&self, work: impl FnOnce() -> F + Send + 'static) -> T
    where
        T: Send + 'static,
        F: Future<Output = T>,
    {
        let Some(runtime) = &self.0 else {
            panic!("the island has sunk");
        };
        let handle = runtime.handle().clone();
        match tokio::task::spawn_blocking(move || handle.block_on(work())).await {
            Ok(value) => value,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }

    /// Starts something there and leaves it alone.
    pub fn leave(&self, work: impl Future<Output = ()> + Send + 'static) {
        if let Some(runtime) = &self.0 {
            runtime.spawn(work);
        }
    }

    /// Ends everything on it, and waits until it has ended.
    pub async fn sink(mut self) {
        if let Some(runtime) = self.0.take() {
            let runtime = Arc::new(std::sync::Mutex::new(Some(runtime)));
            let sunk = tokio::task::spawn_blocking(move || {
                let runtime = runtime.lock().ok().and_then(|mut slot| slot.take());
                if let Some(runtime) = runtime {
                    runtime.shutdown_timeout(Duration::from_secs(5));
                }
            });
            let _ = sunk.await;
        }
    }
}

impl Drop for Island {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
