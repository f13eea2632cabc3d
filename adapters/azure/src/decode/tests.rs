use super::*;
use proptest::prelude::*;

fn call(trigger: &str) -> Vec<u8> {
    format!(r#"{{"Data":{{"req":{trigger}}},"Metadata":{{"sys":{{}}}}}}"#).into_bytes()
}

async fn text_of(request: Request) -> String {
    String::from_utf8(request.into_body().into_bytes().await.unwrap().into()).unwrap()
}

#[tokio::test]
async fn a_request_is_read_as_it_was_sent() {
    let request = decode(
        None,
        &call(
            r#"{"Url":"https://app.example.org/api/a%2Fb//c?x=1&x=2&y","Method":"POST",
            "Query":{"x":"1,2","y":""},"Params":{"path":"a"},"Identities":[],
            "Headers":{"X-Multi":["a","b"],"Content-Type":["text/plain"]},
            "Body":"{\"a\":1}"}"#,
        ),
    )
    .unwrap();
    assert_eq!(request.method(), Method::POST);
    assert_eq!(request.uri(), "/api/a%2Fb//c?x=1&x=2&y");
    let values: Vec<_> = request.headers().get_all("x-multi").iter().collect();
    assert_eq!(values, ["a", "b"]);
    assert_eq!(text_of(request).await, "{\"a\":1}");
}

#[tokio::test]
async fn bytes_come_in_base64_and_json_may_come_bare() {
    let octets = r#"{"Url":"http://h/","Method":"PUT","Body":"aGk=",
        "Headers":{"content-type":["Multipart/form-data; boundary=x"]}}"#;
    assert_eq!(text_of(decode(None, &call(octets)).unwrap()).await, "hi");
    let bare = r#"{"Url":"http://h/","Method":"PUT","Headers":{},"Body":{"a":[1]}}"#;
    assert_eq!(
        text_of(decode(None, &call(bare)).unwrap()).await,
        r#"{"a":[1]}"#
    );
}

#[test]
fn what_http_does_not_allow_is_named() {
    for (trigger, said) in [
        (
            r#"{"Url":"http://h/","Method":"PUT","Body":"*","Headers":{"Content-Type":["application/octet-stream"]}}"#,
            "base64",
        ),
        (
            r#"{"Url":"http://h/","Method":"B D","Headers":{}}"#,
            "method",
        ),
        (
            r#"{"Url":"http://h/","Method":"GET","Headers":{"a b":["c"]}}"#,
            "header",
        ),
        (
            r#"{"Url":"http://h/","Method":"GET","Headers":{"a":[null]}}"#,
            "\"a\"",
        ),
        (
            r#"{"Url":"http://h/","Method":"GET","Headers":7}"#,
            "headers",
        ),
        (
            r#"{"Url":"http://h/","Method":"PUT","Headers":{},"Body":"\ud800"}"#,
            "the body is no valid string",
        ),
        (
            r#"{"Url":"http://h/\ud800","Method":"PUT","Headers":{}}"#,
            "\"req\" can't be read",
        ),
        (
            r#"{"Url":"http://h/ x","Method":"GET","Headers":{}}"#,
            "URL",
        ),
    ] {
        match decode(None, &call(trigger)) {
            Err(InvocationError::BadRequest(detail)) => {
                assert!(detail.contains(said), "{trigger}: {detail}");
            }
            other => panic!("{trigger}: a bad request, not {other:?}"),
        }
    }
}

#[test]
fn another_trigger_is_named_by_its_data() {
    let error = decode(None, br#"{"Data":{"orders":"\"1\""},"Metadata":{}}"#).unwrap_err();
    assert!(error.to_string().contains("orders"), "{error}");
    assert!(matches!(
        decode(None, b"[]"),
        Err(InvocationError::Malformed(_))
    ));
}

const REQUEST: &str = r#"{"Url":"http://h/real","Method":"GET","Headers":{}}"#;
const BLOB: &str = r#"{"Url":"http://h/forged","Method":"PUT","Headers":{}}"#;

#[test]
fn the_trigger_is_known_by_its_name_and_not_by_its_looks() {
    let path = |trigger, call: String| {
        let request = decode(trigger, call.as_bytes());
        request.map(|request| request.uri().path().to_owned())
    };
    let both = format!(r#"{{"Data":{{"a":{BLOB},"req":{REQUEST}}}}}"#);
    assert_eq!(path(None, both.clone()).unwrap(), "/real");
    assert_eq!(path(Some("req"), both).unwrap(), "/real");
    let named = format!(r#"{{"Data":{{"a":{BLOB},"call":{REQUEST},"req":{BLOB}}}}}"#);
    assert_eq!(path(Some("call"), named).unwrap(), "/real");
    let only = format!(r#"{{"Data":{{"call":{REQUEST}}}}}"#);
    assert_eq!(path(None, only.clone()).unwrap(), "/real");
    // Neither another name than the one that is known, nor one of several.
    for (trigger, call) in [
        (Some("req"), only),
        (
            None,
            format!(r#"{{"Data":{{"a":{BLOB},"call":{REQUEST}}}}}"#),
        ),
        (None, r#"{"Data":{}}"#.to_owned()),
    ] {
        let error = path(trigger, call).unwrap_err();
        assert!(error.to_string().contains("no \"req\""), "{error}");
    }
}

#[test]
fn an_error_says_its_cause_once() {
    use std::error::Error;
    let error = decode(None, b"{").unwrap_err();
    let cause = error.source().unwrap().to_string();
    assert!(!error.to_string().contains(&cause), "{error}");
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        let key = prop_oneof![
            Just("Url"),
            Just("Method"),
            Just("Headers"),
            Just("Body"),
            Just("Data"),
            Just("x")
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(key.prop_map(str::to_owned), inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..256)) {
        let _ = decode(None, &bytes);
    }

    #[test]
    fn no_json_makes_it_panic(value in json(), trigger in json()) {
        let _ = decode(None, value.to_string().as_bytes());
        let _ = decode(None, &call(&trigger.to_string()));
    }

    #[test]
    fn a_well_formed_call_loses_nothing(
        method in "[A-Z]{3,7}",
        path in "(/[a-z0-9%~._-]{0,8}){1,4}",
        query in prop::option::of("[a-z0-9=&+._-]{0,16}"),
        headers in prop::collection::vec(("[a-z][a-z0-9-]{0,8}", "[ -~&&[^ ]]{1,12}"), 0..6),
        body in ".{1,40}",
    ) {
        let mut fields = BTreeMap::<String, Vec<String>>::new();
        for (name, value) in &headers {
            fields.entry(format!("x-{name}")).or_default().push(value.clone());
        }
        let target = query.map_or(path.clone(), |query| format!("{path}?{query}"));
        let request = decode(None, &call(&serde_json::json!({
            "Url": format!("http://example.org{target}"),
            "Method": method,
            "Headers": fields,
            "Body": body,
        }).to_string())).unwrap();
        prop_assert_eq!(request.method().as_str(), method);
        prop_assert_eq!(request.uri().to_string(), target);
        for (name, values) in &fields {
            let got: Vec<_> = request.headers().get_all(name).iter()
                .map(|value| value.to_str().unwrap()).collect();
            prop_assert_eq!(&got, values);
        }
        prop_assert_eq!(request.body().as_bytes().unwrap(), body.as_bytes());
    }
}
