//! Documents of Cosmos DB.

use polyfn_core::EventKind;

use super::*;

#[test]
fn changed_documents() {
    for name in ["cosmos_db", "cosmos_db_single"] {
        let items = all(COSMOS_DB, name);
        assert_eq!(items.len(), 2, "{name}");
        let change = payload!(items[0], DocumentChange);
        assert_eq!(
            (change.collection.as_str(), change.id.as_str()),
            ("users", "7"),
            "{name}"
        );
        assert_eq!(
            (change.kind, &change.old),
            (None, &None),
            "{name}: nobody tells"
        );
        let document = String::from_utf8(change.new.unwrap().bytes().to_vec()).unwrap();
        let digits = r#""big":12345678901234567890,"price":1.10"#;
        assert!(document.contains(digits), "{name}: every digit: {document}");
        assert_eq!(change.changed, time("2026-11-23T15:00:00Z"), "{name}");
        let event = items[0].event();
        assert_eq!(event.id(), "7@tag-1", "{name}");
        assert_eq!(event.source(), "/databases/shop/containers/users", "{name}");
        assert_eq!(items[1].event().id(), "8@1795446001", "{name}");
        assert_eq!(items[0].origin().kinds(), [EventKind::DocumentChanged]);
        assert_eq!(items[0].origin().names(), ["users"]);
        let sequences: Vec<_> = items.iter().map(|item| item.sequence()).collect();
        assert_eq!(
            sequences,
            [Some("7"), Some("8")],
            "{name}: each document's own"
        );
    }
}
