//! The start of the process, and what keeps it from one.

use super::*;

#[tokio::test]
async fn an_app_that_does_not_start_is_an_init_error() {
    async fn fails() -> Result<AppService> {
        Err(Error::internal("no database"))
    }
    async fn panics() -> Result<AppService> {
        panic!("no database")
    }
    type Start = Pin<Box<dyn Future<Output = Result<AppService>>>>;
    let starts: [(Start, &str); 2] = [
        (Box::pin(fails()), "polyfn.StartFailed"),
        (Box::pin(panics()), "polyfn.StartPanicked"),
    ];
    for (start, error_type) in starts {
        let api = FakeRuntimeApi::start(Vec::new()).await;
        let error = serve(start, environment(&api.address), api.done())
            .await
            .unwrap_err();
        assert!(error.is_start());
        assert!(error.to_string().contains("no database"), "{error}");
        let told = &api.told()[0];
        assert_eq!(told.path, "init/error");
        assert_eq!(told.json()["errorType"], error_type);
        assert_eq!(told.json()["errorMessage"], error.to_string());
        let header = &told.headers["lambda-runtime-function-error-type"];
        assert_eq!(header, error_type);
    }
}

#[tokio::test]
async fn the_handler_setting_names_the_function_that_is_deployed_alone() {
    let with_handler = |handler: &str| {
        let handler = Some(handler.to_owned());
        move |environment| Environment {
            handler,
            ..environment
        }
    };
    let told = told_with([at("/elsewhere")], with_handler("hello")).await;
    assert_eq!(told[0].json()["statusCode"], 200);
    let told = told_with([at("/elsewhere")], with_handler("bootstrap")).await;
    assert_eq!(told[0].json()["statusCode"], 404);
}

#[tokio::test]
async fn without_a_runtime_api_the_error_says_so() {
    let nowhere = Environment::from(|_| None);
    let error = serve(start(), nowhere, std::future::pending())
        .await
        .unwrap_err();
    assert!(error.to_string().contains("AWS_LAMBDA_RUNTIME_API"));
}

#[tokio::test(start_paused = true)]
async fn a_runtime_api_that_stays_away_is_an_error_in_the_end() {
    // A port that nobody listens on any more.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    let error = serve(start(), environment(&address), std::future::pending())
        .await
        .unwrap_err();
    assert!(error.is_runtime_api(), "{error}");
}
