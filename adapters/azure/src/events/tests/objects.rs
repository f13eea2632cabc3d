//! Blobs, as their own trigger and Event Grid tell of them.

use polyfn_core::EventKind;

use super::*;

#[test]
fn a_blob() {
    for (binding, name, etag) in [
        (BLOB, "blob", None),
        (BLOB_BINARY, "blob_binary", None),
        (BLOB, "blob_single", Some("0x8D4BCC2E4835CD0")),
    ] {
        let delivery = only(binding, name);
        let object = payload!(delivery, ObjectCreated);
        assert_eq!(object.bucket, "uploads", "{name}");
        assert_eq!(object.key, "in/a bü.png", "{name}: decoded");
        assert_eq!(object.size, Some(3), "{name}");
        assert_eq!(object.etag.as_deref(), etag, "{name}");
        assert_eq!(object.content_type.as_deref(), Some("image/png"), "{name}");
        assert_eq!(object.version, None, "{name}");
        assert_eq!(delivery.origin().kinds(), [EventKind::ObjectCreated]);
        assert_eq!(delivery.origin().names(), ["uploads"]);
        assert_eq!(
            delivery.event().event_type(),
            "Microsoft.Storage.BlobCreated"
        );
        assert_eq!(
            delivery.event().time(),
            time("2026-11-23T15:00:00Z"),
            "{name}"
        );
    }
    assert_eq!(
        only(BLOB_BINARY, "blob_binary").raw().bytes(),
        &b"\x00\xff\x10"[..]
    );
}

#[test]
fn which_blob_an_address_names() {
    for (uri, expected) in [
        ("https://a.blob.core.windows.net/c/k", Some(("c", "k"))),
        (
            "https://a.blob.core.windows.net/c/a/b%2Fc%25",
            Some(("c", "a/b/c%")),
        ),
        (
            "https://a.blob.core.windows.net/c/k?snapshot=1",
            Some(("c", "k")),
        ),
        ("https://a.blob.core.windows.net/k", Some(("$root", "k"))),
        (
            "https://a.blob.core.windows.net/$root/k",
            Some(("$root", "k")),
        ),
        ("http://azurite:10000/a/c/k/l", Some(("c", "k/l"))),
        ("http://[::1]:10000/a/c/k", Some(("c", "k"))),
        ("http://a.blob.localhost:10000/c/k", Some(("c", "k"))),
        ("https://a.blob.core.windows.net/c/", None),
        ("https://a.blob.core.windows.net", None),
        ("c/k", None),
        ("https://a.blob.core.windows.net/c/%ff", None),
    ] {
        let call = changed(&golden("blob"), |call| call["Metadata"]["Uri"] = uri.into());
        let item = decoded(BLOB, call).unwrap().remove(0);
        match (item, expected) {
            (Ok(delivery), Some(expected)) => {
                let object = payload!(delivery, ObjectCreated);
                assert_eq!(
                    (object.bucket.as_str(), object.key.as_str()),
                    expected,
                    "{uri}"
                );
            }
            (Err(error), None) => assert!(error.to_string().contains("Uri"), "{error}"),
            (item, _) => panic!("{uri}: {item:?}"),
        }
    }
}

#[test]
fn blobs_by_event_grid() {
    let delivery = only(EVENT_GRID, "event_grid_blob_created");
    let object = payload!(delivery, ObjectCreated);
    assert_eq!(
        (object.bucket.as_str(), object.key.as_str()),
        ("uploads", "in/a bü/blobs/x.png")
    );
    assert_eq!(object.size, Some(3));
    assert_eq!(
        object.etag.as_deref(),
        Some("0x8D4BCC2E4835CD0"),
        "without quotes"
    );
    assert_eq!(object.content_type.as_deref(), Some("image/png"));
    assert_eq!(delivery.origin().kinds(), [EventKind::ObjectCreated]);
    assert_eq!(delivery.origin().names(), ["uploads"]);
    assert_eq!(delivery.event().id(), "e-1");
    assert_eq!(
        delivery.event().time(),
        time("2026-11-23T15:00:00.1234567Z")
    );
    let raw: Value = delivery.raw().read().unwrap();
    assert_eq!(
        raw["api"], "PutBlob",
        "for those that ask for the event by its type"
    );

    let deleted = only(EVENT_GRID, "event_grid_blob_deleted");
    let object = payload!(deleted, ObjectDeleted);
    assert_eq!(
        (object.bucket.as_str(), object.key.as_str()),
        ("uploads", "in/a bü/blobs/x.png")
    );
    assert_eq!((object.size, object.etag), (None, None));
    assert_eq!(deleted.origin().kinds(), [EventKind::ObjectDeleted]);
}
