//! Works of one socket that have to be done one after the other, though those of a session run side by side.

use bytes::Bytes;
use chinwag_gateway::sio::Task;
use tokio::sync::oneshot;

/// Ends with the work that was begun last.
#[derive(Default)]
pub(crate) struct Turns(Option<oneshot::Receiver<()>>);

impl Turns {
    /// This work, once the one before it is done.
    pub(crate) fn then(&mut self, work: impl Future<Output = Bytes> + Send + 'static) -> Task {
        let (done, next) = oneshot::channel::<()>();
        let before = self.0.replace(next);
        Box::pin(async move {
            let _done = done;
            if let Some(before) = before {
                // It ends without a word.
                let _ = before.await;
            }
            work.await
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::future::join_all;
    use parking_lot::Mutex;
    use std::sync::Arc;

    #[tokio::test]
    async fn one_after_the_other() {
        let (mut turns, order) = (Turns::default(), Arc::new(Mutex::new(Vec::new())));
        let works: Vec<_> = (0..4_u8)
            .map(|number| {
                let order = order.clone();
                turns.then(async move {
                    for _ in number..4 {
                        tokio::task::yield_now().await;
                    }
                    order.lock().push(number);
                    Bytes::new()
                })
            })
            .collect();
        join_all(works.into_iter().rev()).await;
        assert_eq!(*order.lock(), [0, 1, 2, 3]);
    }
}
