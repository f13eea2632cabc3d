//! A record of a Kinesis data stream.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html>

use serde_json::json;

use super::BatchRecord;
use super::moment::Moment;
use crate::base64;
use crate::event::Record;
use crate::lambda::request::{ACCOUNT, REGION, new_request_id};

const SHARD: &str = "shardId-000000000000";

pub(super) fn record(record: &Record, written: Moment, place: usize) -> BatchRecord {
    // 56 digits, larger for each later record of the shard.
    let made_up = || {
        let milliseconds = written.epoch_milliseconds();
        format!("4959033827149025660855969253{milliseconds:015}{place:013}")
    };
    let sequence_number = record.sequence_number.clone().unwrap_or_else(made_up);
    // Kinesis takes no record without a key; senders that do not care make one up.
    let partition_key = record.partition_key.clone().unwrap_or_else(new_request_id);
    let stream_arn = format!(
        "arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/{}",
        record.stream
    );
    let record = json!({
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": partition_key,
            "sequenceNumber": sequence_number,
            "data": base64::encode(&record.body.bytes()),
            "approximateArrivalTimestamp": written.epoch_seconds_with_fraction(),
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": format!("{SHARD}:{sequence_number}"),
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": format!("arn:aws:iam::{ACCOUNT}:role/lambda-role"),
        "awsRegion": REGION,
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
    use crate::event::Content;

    fn sample() -> Record {
        Record {
            stream: "lambda-stream".to_owned(),
            partition_key: Some("1".to_owned()),
            body: Content::Text("Hello, this is a test.".to_owned()),
            ..Record::default()
        }
    }

    #[test]
    fn the_documented_record() {
        let number = "49590338271490256608559692538361571095921575989136588898";
        let sample = Record {
            sequence_number: Some(number.to_owned()),
            ..sample()
        };
        let written = Moment::parse("2018-12-17T22:10:50.987Z").unwrap();
        let made = record(&sample, written, 0);
        assert_eq!(
            made.record,
            json!({
                "kinesis": {
                    "kinesisSchemaVersion": "1.0",
                    "partitionKey": "1",
                    "sequenceNumber": number,
                    "data": "SGVsbG8sIHRoaXMgaXMgYSB0ZXN0Lg==",
                    "approximateArrivalTimestamp": 1_545_084_650.987,
                },
                "eventSource": "aws:kinesis",
                "eventVersion": "1.0",
                "eventID": format!("shardId-000000000000:{number}"),
                "eventName": "aws:kinesis:record",
                "invokeIdentityArn": "arn:aws:iam::123456789012:role/lambda-role",
                "awsRegion": "us-east-1",
                "eventSourceARN": "arn:aws:kinesis:us-east-1:123456789012:stream/lambda-stream",
            })
        );
        assert_eq!(made.identifier, number);
    }

    #[test]
    fn sequence_numbers_that_are_made_up_increase() {
        let written = Moment::parse("2018-12-17T22:10:50.987Z").unwrap();
        let [first, second] = [9, 10].map(|place| record(&sample(), written, place).identifier);
        assert_eq!(first.len(), 56);
        assert!(first < second, "{first} < {second}");
    }
}
