//! A test worker: an idiomatic function on AWS's own `lambda_http`, which answers with what it got.

use lambda_http::{Body, Error, Request, RequestExt, Response, run, service_fn};
use serde_json::json;

#[tokio::main]
async fn main() -> Result<(), Error> {
    run(service_fn(echo)).await
}

async fn echo(request: Request) -> Result<Response<Body>, Error> {
    match request.raw_http_path().rsplit('/').next() {
        Some("sleep") => tokio::time::sleep(std::time::Duration::from_secs(60)).await,
        Some("crash") => std::process::exit(3),
        Some("fail") => return Err("it failed".into()),
        Some("binary") => {
            return Ok(Response::builder()
                .status(201)
                .header("content-type", "application/octet-stream")
                .body(Body::Binary(vec![0, 255, 128]))?);
        }
        _ => {}
    }
    let headers = request.headers().get_all("x-multi").iter();
    let values: Vec<_> = headers.filter_map(|value| value.to_str().ok()).collect();
    let parameters = request.query_string_parameters();
    let echo = json!({
        "method": request.method().as_str(),
        "path": request.raw_http_path(),
        "q": parameters.all("q"),
        "x-multi": values,
        "body": request.body().to_vec(),
    });
    Ok(Response::builder()
        .header("content-type", "application/json")
        .header("set-cookie", "a=1")
        .header("set-cookie", "b=2")
        .body(echo.to_string().into())?)
}
