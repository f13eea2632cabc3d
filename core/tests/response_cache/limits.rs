//! How much is kept.

use std::sync::Arc;

use bytes::Bytes;
use polyfn_core::{IntoResponse, cache};

use crate::site::{MINUTE, Site, request};
use crate::support::{ask, send, text, values};

#[tokio::test]
async fn the_cache_has_an_end() {
    const CAPACITY: usize = 1 << 20;
    const BODY: usize = 100_000;
    let site = Site::new(cache(MINUTE).capacity(CAPACITY as u64), |_, _| {
        vec![b'x'; BODY].into_response()
    });
    for number in 0..40 {
        ask(&site.service, "GET", &format!("/?{number}")).await;
    }
    let mut kept = 0;
    for number in 0..40 {
        let only = ("cache-control", "only-if-cached");
        let asked = request("GET", &format!("/?{number}"), &[only]);
        kept += usize::from(send(&site.service, asked).await.status() == 200);
    }
    assert!(
        kept * BODY <= CAPACITY,
        "{kept} of {BODY} bytes are too much"
    );
    assert!(kept * BODY >= CAPACITY / 2, "{kept} are far fewer than fit");
}

#[tokio::test]
async fn one_response_takes_an_eighth_at_most() {
    const CAPACITY: usize = 1 << 20;
    for (length, is_kept) in [(CAPACITY / 8 - 1024, true), (CAPACITY / 8 + 1, false)] {
        let site = Site::new(cache(MINUTE).capacity(CAPACITY as u64), move |_, _| {
            vec![b'x'; length].into_response()
        });
        for _ in 0..2 {
            assert_eq!(text(site.get(&[]).await).await.len(), length, "it is whole");
        }
        let expected = if is_kept { 1 } else { 2 };
        assert_eq!(site.reached(), expected, "{length} bytes");
    }
}

#[tokio::test]
async fn what_is_kept_holds_nothing_else() {
    /// A large buffer of which a response may be a small part.
    struct Buffer(
        Vec<u8>,
        #[allow(dead_code, reason = "it is counted")] Arc<()>,
    );
    impl AsRef<[u8]> for Buffer {
        fn as_ref(&self) -> &[u8] {
            &self.0
        }
    }
    let alive = Arc::new(());
    let buffers = Arc::clone(&alive);
    let site = Site::new(cache(MINUTE), move |_, _| {
        let buffer = Bytes::from_owner(Buffer(vec![b'x'; 100_000], Arc::clone(&buffers)));
        let value = http::HeaderValue::from_maybe_shared(buffer.slice(..5)).unwrap();
        ([("x-part", value)], buffer.slice(..10)).into_response()
    });
    drop(site.get(&[]).await);
    let again = site.get(&[]).await;
    assert_eq!(site.reached(), 1);
    assert_eq!(values(&again, "x-part"), ["xxxxx"]);
    assert_eq!(
        Arc::strong_count(&alive),
        2,
        "the site has one, and no buffer is left"
    );
}
