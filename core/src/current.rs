//! The invocation that the running code belongs to.

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::pin;

use crate::Context;

thread_local! {
    static CURRENT: RefCell<Option<Context>> = const { RefCell::new(None) };
}

impl Context {
    /// The context of the invocation that the calling code belongs to: for code that is not
    /// handed one, such as a log's.
    ///
    /// It is there in handlers, layers and streamed bodies, and `None` elsewhere: in tasks and
    /// threads that they spawn, unless these run in a [`scope`](Self::scope).
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// use polyfn_core::{Context, Target};
    ///
    /// assert!(Context::current().is_none());
    /// let context = Context::new(Target::Local, "7f3a");
    /// let id = context.scope(async { Context::current().unwrap().invocation_id().to_owned() });
    /// assert_eq!(id.await, "7f3a");
    /// # }
    /// ```
    pub fn current() -> Option<Self> {
        CURRENT.try_with(|current| current.borrow().clone()).ok()?
    }

    /// The output of `future`, which runs as a part of this invocation: for what a handler
    /// spawns.
    pub async fn scope<F: Future>(&self, future: F) -> F::Output {
        let mut future = pin!(future);
        poll_fn(|cx| {
            let _entered = self.enter();
            future.as_mut().poll(cx)
        })
        .await
    }

    /// Makes this the current context until the value is dropped.
    pub(crate) fn enter(&self) -> Entered {
        Entered(replace(Some(self.clone())))
    }
}

/// What was current before.
pub(crate) struct Entered(Option<Context>);

impl Drop for Entered {
    fn drop(&mut self) {
        replace(self.0.take());
    }
}

/// Without effect on a thread that ends.
fn replace(context: Option<Context>) -> Option<Context> {
    let replaced = CURRENT.try_with(|current| current.replace(context));
    replaced.unwrap_or_default()
}
