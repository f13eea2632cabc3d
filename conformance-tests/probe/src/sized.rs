//! Answers of a wanted size.

use std::io;
use std::time::Duration;

use futures_util::stream::{self, StreamExt};
use polyfn::prelude::*;

use crate::number;

/// How much of a streamed answer goes out at once, unless `?piece=` says more.
const PIECE: usize = 1000;

/// How long a stream goes on before it breaks off, so that what came before has left.
const BEFORE_FAILURE: Duration = Duration::from_millis(100);

pub(crate) async fn large(request: Request) -> Result<Vec<u8>> {
    Ok(vec![b'x'; bytes(&request)?])
}

pub(crate) async fn streamed(request: Request) -> Result<Response> {
    let bytes = bytes(&request)?;
    let piece = match request.query("piece") {
        Some(_) => usize::try_from(number(&request, "piece")?)?.max(1),
        None => PIECE,
    };
    let pieces = (0..bytes)
        .step_by(piece)
        .map(move |from| piece.min(bytes - from));
    let pieces = pieces.map(|size| Ok::<_, io::Error>(vec![b'x'; size]));
    let fails = request.query("then").is_some_and(|then| then == "fail");
    let end = stream::iter(fails.then_some(())).then(|()| async {
        tokio::time::sleep(BEFORE_FAILURE).await;
        Err(io::Error::other(crate::SECRET))
    });
    let body = Body::from_stream(stream::iter(pieces).chain(end));
    let content_type = [("content-type", "text/plain")];
    Ok((content_type, body).into_response())
}

fn bytes(request: &Request) -> Result<usize> {
    let wanted = number(request, "bytes")?;
    usize::try_from(wanted).map_err(|_| Error::bad_request("?bytes= is larger than memory"))
}
