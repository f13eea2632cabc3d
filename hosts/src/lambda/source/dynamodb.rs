//! A change of an item, from a table's stream with new and old images.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html> and
//! <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html>.
//! The table's key is the partition key `id` alone; an image without it gets it.

use serde_json::{Map, Value, json};

use super::BatchRecord;
use super::attribute_value::attribute_value;
use super::moment::Moment;
use crate::event::{Change, Document, DocumentValue};
use crate::lambda::request::{ACCOUNT, REGION};

const KEY: &str = "id";

pub(super) fn record(change: &Change, time: Moment, place: usize) -> BatchRecord {
    let written_key = [&change.new, &change.old]
        .into_iter()
        .find_map(|image| image.as_ref()?.get(KEY))
        .map(|key| attribute_value(&DocumentValue::from(key)));
    let key = written_key.unwrap_or_else(|| json!({"S": change.id}));
    let image = |document: &Document| {
        let mut members: Map<String, Value> = document
            .iter()
            .map(|(name, value)| (name.clone(), attribute_value(&value.into())))
            .collect();
        members.entry(KEY).or_insert_with(|| key.clone());
        Value::from(members)
    };
    let images = [
        ("NewImage", change.new.as_ref().map(image)),
        ("OldImage", change.old.as_ref().map(image)),
    ];
    let mut stream_record = Map::new();
    for (name, image) in images {
        stream_record.extend(image.map(|image| (name.to_owned(), image)));
    }
    let size = Value::from(stream_record.clone()).to_string().len();
    // 25 digits, larger for each later record of the shard.
    let sequence_number = format!("{:013}{place:012}", time.epoch_milliseconds());
    let others = [
        ("Keys", json!({KEY: key})),
        ("ApproximateCreationDateTime", time.epoch_seconds().into()),
        ("SequenceNumber", sequence_number.as_str().into()),
        ("SizeBytes", size.into()),
        ("StreamViewType", "NEW_AND_OLD_IMAGES".into()),
    ];
    stream_record.extend(others.map(|(name, value)| (name.to_owned(), value)));
    let table = &change.collection;
    let stream_arn =
        format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{table}/stream/2026-01-01T00:00:00.000");
    let record = json!({
        "eventID": format!("{:032x}", fastrand::u128(..)),
        "eventName": match (&change.old, &change.new) {
            (None, _) => "INSERT",
            (Some(_), Some(_)) => "MODIFY",
            (Some(_), None) => "REMOVE",
        },
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": REGION,
        "dynamodb": stream_record,
        "eventSourceARN": stream_arn,
    });
    BatchRecord {
        record,
        identifier: sequence_number,
        origin: stream_arn,
        group: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(value: Value) -> Option<Document> {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn a_documented_record() {
        let change = Change {
            collection: "ExampleTableWithStream".to_owned(),
            id: "101".to_owned(),
            old: document(json!({"id": 101, "Message": "New item!"})),
            new: document(json!({"id": 101, "Message": "This item has changed"})),
            time: None,
        };
        let time = Moment::parse("2016-11-18T18:49:00Z").unwrap();
        let made = record(&change, time, 3);
        let mut written = made.record;
        written["eventID"] = "c4ca4238a0b923820dcc509a6f75849b".into();
        written["dynamodb"]["SizeBytes"] = 59.into();
        assert_eq!(
            written,
            json!({
                "eventID": "c4ca4238a0b923820dcc509a6f75849b",
                "eventName": "MODIFY",
                "eventVersion": "1.1",
                "eventSource": "aws:dynamodb",
                "awsRegion": "us-east-1",
                "dynamodb": {
                    "ApproximateCreationDateTime": 1_479_494_940,
                    "Keys": {"id": {"N": "101"}},
                    "NewImage": {"Message": {"S": "This item has changed"}, "id": {"N": "101"}},
                    "OldImage": {"Message": {"S": "New item!"}, "id": {"N": "101"}},
                    "SequenceNumber": "1479494940000000000000003",
                    "SizeBytes": 59,
                    "StreamViewType": "NEW_AND_OLD_IMAGES",
                },
                "eventSourceARN": "arn:aws:dynamodb:us-east-1:123456789012:table/ExampleTableWithStream/stream/2026-01-01T00:00:00.000",
            })
        );
        assert_eq!(made.identifier, "1479494940000000000000003");
    }

    #[test]
    fn an_insertion_and_a_removal_have_one_image_with_the_key() {
        let time = Moment::now();
        let inserted = Change {
            id: "a".to_owned(),
            new: document(json!({})),
            ..Change::default()
        };
        let made = record(&inserted, time, 0).record;
        assert_eq!(made["eventName"], "INSERT");
        assert_eq!(made["dynamodb"]["NewImage"], json!({"id": {"S": "a"}}));
        assert!(made["dynamodb"].get("OldImage").is_none(), "{made}");
        let removed = Change {
            new: None,
            old: document(json!({"x": null})),
            ..inserted
        };
        let made = record(&removed, time, 0).record;
        assert_eq!(made["eventName"], "REMOVE");
        assert_eq!(
            made["dynamodb"]["OldImage"],
            json!({"id": {"S": "a"}, "x": {"NULL": true}})
        );
        assert!(made["dynamodb"].get("NewImage").is_none(), "{made}");
    }
}
