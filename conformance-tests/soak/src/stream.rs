//! A stream that is larger than memory.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep};

use crate::client::INVOCATION_ID;
use crate::memory::{MIB, Memory};
use crate::server::Server;

const GIB: u64 = 1024 * MIB;

/// How much more a process may need for it, in bytes.
const ROOM_BYTES: u64 = 16 * MIB;

/// While the client reads nothing, a writer without backpressure would go on.
const PAUSE: Duration = Duration::from_secs(2);

/// Streams a GiB through a client that pauses, and tells what it took.
pub(crate) async fn gibibyte(server: &Server) -> Result<String, String> {
    let io = |error: std::io::Error| format!("the stream of a GiB broke off: {error}");
    let before = server.resident_bytes().unwrap_or_default();
    let mut memory = Memory::default();
    let mut connection = TcpStream::connect(server.address()).await.map_err(io)?;
    let request = format!(
        "GET /stream?bytes={GIB}&piece=65536 HTTP/1.1\r\nhost: soak\r\nconnection: close\r\n\
         {INVOCATION_ID}\r\n\r\n"
    );
    connection.write_all(request.as_bytes()).await.map_err(io)?;
    let start = Instant::now();
    let mut buffer = vec![0; 256 * 1024];
    let (mut read, mut sampled, mut paused, mut last) = (0, 0, false, Vec::new());
    loop {
        let count = connection.read(&mut buffer).await.map_err(io)?;
        if count == 0 {
            break;
        }
        read += count as u64;
        last.extend_from_slice(&buffer[count.saturating_sub(5)..count]);
        last.drain(..last.len().saturating_sub(5));
        if read > 64 * MIB && !paused {
            paused = true;
            sleep(PAUSE).await;
            memory.sample(server);
        }
        if read - sampled > 16 * MIB {
            sampled = read;
            memory.sample(server);
        }
    }
    memory.sample(server);
    if read < GIB || last != b"0\r\n\r\n" {
        return Err(format!("of a GiB {read} bytes came, ending with {last:?}"));
    }
    let most = memory.most_bytes();
    if most > before + ROOM_BYTES {
        return Err(format!(
            "a stream of a GiB took {} MiB, {} MiB before it",
            most / MIB,
            before / MIB
        ));
    }
    Ok(format!(
        "1 GiB streamed in {:.1} s with at most {} MiB in memory ({} MiB before)",
        start.elapsed().as_secs_f64(),
        most / MIB,
        before / MIB
    ))
}
