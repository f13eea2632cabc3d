use std::error::Error as _;

use super::*;

fn app_root(files: &[(&str, &str)], variables: &[(&str, &str)]) -> Result<AppRoot, AppRootError> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let variables = variables
        .iter()
        .map(|(name, value)| (String::from(*name), String::from(*value)));
    AppRoot::read(folder.path(), variables)
}

#[test]
fn the_hosts_defaults_hold_without_files() {
    let root = app_root(&[], &[]).unwrap();
    assert_eq!(root.http_mode, HttpMode::Invocation);
    assert_eq!(root.route_prefix, "api");
    assert_eq!(root.timeout, None);
    assert!(root.function("hello").is_none());
}

#[test]
fn mode_prefix_timeout_and_bindings_are_read() {
    let root = app_root(
        &[
            (
                "host.json",
                "\u{feff}{\"version\":\"2.0\",\"functionTimeout\":\"00:05:00\",\
                 \"extensions\":{\"http\":{\"routePrefix\":\"/v1/\"}},\
                 \"customHandler\":{\"enableProxyingHttpRequest\":true}}",
            ),
            (
                "hello/function.json",
                r#"{"bindings":[
                    {"type":"blob","name":"picture"}, // comes first
                    {"type":"HttpTrigger","name":"call"},
                    {"type":"http","name":"$return"},
                ]}"#,
            ),
        ],
        &[],
    )
    .unwrap();
    assert_eq!(root.http_mode, HttpMode::Plain);
    assert_eq!(root.timeout, Some(Duration::from_secs(300)));
    let hello = root.function("hello").unwrap();
    assert_eq!(hello.http_trigger(), Some("call"));
    assert_eq!(hello.http_output(), Some("$return"));
    assert_eq!(root.unprefixed("/v1/users"), "/users");
}

#[test]
fn host_json_is_read_no_more_strictly_than_by_the_host() {
    let root = app_root(
        &[(
            "host.json",
            r#"{
                // "functionTimeout": "00:01:00",
                "functionTimeout": "00:05:00.5", /* with a fraction */
                "extensions": null,
                "CustomHandler": {
                    "description": {"defaultExecutablePath": "http://no//comment"},
                    "enableForwardingHttpRequest": "True",
                },
            }"#,
        )],
        &[],
    )
    .unwrap();
    assert_eq!(root.http_mode, HttpMode::Plain);
    assert_eq!(root.route_prefix, "api");
    assert_eq!(root.timeout, Some(Duration::from_millis(300_500)));
}

#[test]
fn app_settings_override_host_json() {
    let root = app_root(
        &[(
            "host.json",
            r#"{"customHandler":{"enableForwardingHttpRequest":true},
                "extensions":{"http":{"routePrefix":"v1"}},"functionTimeout":"00:05:00"}"#,
        )],
        &[
            ("AzureFunctionsJobHost__extensions__http__routePrefix", ""),
            (
                "AzureFunctionsJobHost__customHandler__enableForwardingHttpRequest",
                "false",
            ),
            ("AzureFunctionsJobHost__functionTimeout", "00:00:30"),
        ],
    )
    .unwrap();
    assert_eq!(root.http_mode, HttpMode::Invocation);
    assert_eq!(root.route_prefix, "");
    assert_eq!(root.timeout, Some(Duration::from_secs(30)));
    let proxied = "AzureFunctionsJobHost__customHandler__enableProxyingHttpRequest";
    let root = app_root(&[], &[(proxied, "true")]).unwrap();
    assert_eq!(root.http_mode, HttpMode::Plain);
}

#[test]
fn what_cannot_be_used_is_named() {
    for text in [
        "{",
        "[]",
        "{/* no end",
        r#"{"customHandler":{"enableProxyingHttpRequest":"on"}}"#,
    ] {
        let error = app_root(&[("host.json", text)], &[]).unwrap_err();
        assert!(
            error.to_string().ends_with("host.json"),
            "names the file: {error}"
        );
    }
    let error = AppRoot::read(Path::new("/no/such/folder"), std::iter::empty()).unwrap_err();
    assert_eq!(error.to_string(), "/no/such/folder");
    let source = error.source().unwrap().to_string();
    assert!(source.contains("FUNCTIONS_APP_ROOT_PATH"), "{source}");
}

#[test]
fn only_a_whole_prefix_is_stripped() {
    let root = app_root(&[], &[]).unwrap();
    for (path, expected) in [
        ("/api", "/"),
        ("/api/", "/"),
        ("/api/users", "/users"),
        ("/api//x", "//x"),
        ("/apix", "/apix"),
        ("/users/api", "/users/api"),
    ] {
        assert_eq!(root.unprefixed(path), expected, "{path}");
    }
}
