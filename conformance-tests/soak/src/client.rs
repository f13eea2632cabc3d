//! Clients, of which some misbehave.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use fastrand::Rng;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::answer::{Answer, NoAnswer};
use crate::tally::{Fate, Tally};

/// Without it Azure's custom handler takes a request for a probe.
pub(crate) const INVOCATION_ID: &str = "x-ms-invocation-id: soak";

/// Longer than any request takes, even while the machine has much to do.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long a client rests that found nobody.
const REST: Duration = Duration::from_millis(10);

pub(crate) struct Client {
    server: SocketAddr,
    random: Rng,
}

impl Client {
    pub(crate) fn new(server: SocketAddr, seed: u64) -> Self {
        Self {
            server,
            random: Rng::with_seed(seed),
        }
    }

    pub(crate) async fn act_until(mut self, is_over: &AtomicBool, tally: &Tally) {
        while !is_over.load(Ordering::Relaxed) {
            let Ok(connection) = TcpStream::connect(self.server).await else {
                tally.add(Fate::Refused);
                sleep(REST).await;
                continue;
            };
            // Only delay is lost where it fails.
            let _ = connection.set_nodelay(true);
            let acted = timeout(PATIENCE, self.act(connection, tally)).await;
            tally.add(acted.unwrap_or_else(|_| {
                Fate::Lost(format!("there was no answer within {PATIENCE:?}"))
            }));
        }
    }

    /// Does one of the things that clients do.
    async fn act(&mut self, mut connection: TcpStream, tally: &Tally) -> Fate {
        match self.random.u8(..100) {
            0..30 => self.send_all(connection).await,
            30..45 => self.wait(connection).await,
            45..60 => self.keep(connection, tally).await,
            60..65 => self.write_slowly(connection).await,
            65..70 => self.read_slowly(connection).await,
            70..75 => self.go_away(connection).await,
            75..80 => self.send_half(connection).await,
            80..85 => self.send_noise(connection).await,
            85..90 => self.abandon(connection).await,
            90..95 => told(
                ask(&mut connection, &get("/panic", "close")).await,
                |answer| answer.status == 500,
            ),
            _ => self.see_it_break_off(connection).await,
        }
    }

    async fn send_all(&mut self, mut connection: TcpStream) -> Fate {
        let length = self.random.usize(..64 * 1024);
        let body: String = std::iter::repeat_with(|| self.random.alphanumeric())
            .take(length)
            .collect();
        let token = self.random.u64(..);
        let request = format!(
            "POST /echo/soak?token={token} HTTP/1.1\r\nhost: soak\r\nconnection: close\r\n\
             {INVOCATION_ID}\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        let body = base64_simd::STANDARD.encode_to_string(&body);
        told(ask(&mut connection, &request).await, |answer| {
            answer.status == 200
                && answer.text().contains(&format!("token={token}"))
                && answer.text().contains(&body)
        })
    }

    /// Asks for what takes its time, so that an end finds it underway.
    async fn wait(&mut self, mut connection: TcpStream) -> Fate {
        let ms = self.random.u16(..1000);
        let request = get(&format!("/sleep?ms={ms}"), "close");
        told(ask(&mut connection, &request).await, |answer| {
            answer.text() == format!("slept {ms} ms")
        })
    }

    /// Asks again and again, until it is told that the connection ends.
    async fn keep(&mut self, mut connection: TcpStream, tally: &Tally) -> Fate {
        for nth in 0..self.random.u8(1..40) {
            let ms = self.random.u8(..20);
            let answer = ask(
                &mut connection,
                &get(&format!("/sleep?ms={ms}"), "keep-alive"),
            )
            .await;
            match answer {
                Ok(answer) if answer.text() != format!("slept {ms} ms") => {
                    return Fate::Lost(format!("another answer: {:?}", answer.text()));
                }
                Ok(answer) if answer.is_last => return Fate::Answered,
                Ok(_) => tally.add(Fate::Answered),
                Err(NoAnswer::Unheard) if nth > 0 => {
                    return Fate::Lost("a connection that was kept ended unasked".to_owned());
                }
                Err(error) => return error.into(),
            }
            sleep(Duration::from_millis(self.random.u64(..5))).await;
        }
        Fate::Answered
    }

    async fn write_slowly(&mut self, mut connection: TcpStream) -> Fate {
        for byte in get("/sleep?ms=1", "close").bytes() {
            if connection.write_all(&[byte]).await.is_err() {
                return Fate::Unheard;
            }
            sleep(Duration::from_micros(self.random.u64(..2000))).await;
        }
        told(Answer::read(&mut connection).await, |answer| {
            answer.text() == "slept 1 ms"
        })
    }

    async fn read_slowly(&mut self, mut connection: TcpStream) -> Fate {
        const BYTES: usize = 2 * 1024 * 1024;

        let request = get(&format!("/large?bytes={BYTES}"), "close");
        if connection.write_all(request.as_bytes()).await.is_err() {
            return Fate::Unheard;
        }
        let (mut received, mut buffer) = (0, vec![0; 64 * 1024]);
        loop {
            match connection.read(&mut buffer).await {
                Ok(0) if received > BYTES => return Fate::Answered,
                Ok(0) | Err(_) if received == 0 => return Fate::Unheard,
                Ok(0) | Err(_) => {
                    return Fate::Lost(format!("of {BYTES} bytes there came {received}"));
                }
                Ok(count) => received += count,
            }
            sleep(Duration::from_millis(self.random.u64(..20))).await;
        }
    }

    /// Waits for no answer.
    async fn go_away(&mut self, mut connection: TcpStream) -> Fate {
        let _ = connection
            .write_all(get("/sleep?ms=30", "close").as_bytes())
            .await;
        sleep(Duration::from_millis(self.random.u64(..40))).await;
        Fate::Spoilt
    }

    async fn send_half(&mut self, mut connection: TcpStream) -> Fate {
        let half = format!(
            "POST /echo/half HTTP/1.1\r\nhost: soak\r\n{INVOCATION_ID}\r\n\
             content-length: 100000\r\n\r\n{}",
            "x".repeat(self.random.usize(..50_000))
        );
        let _ = connection.write_all(half.as_bytes()).await;
        sleep(Duration::from_millis(self.random.u64(..100))).await;
        Fate::Spoilt
    }

    /// Sends what is no HTTP; the server may say so, or hang up.
    async fn send_noise(&mut self, mut connection: TcpStream) -> Fate {
        let length = self.random.usize(1..2000);
        let mut noise: Vec<_> = std::iter::repeat_with(|| self.random.u8(..))
            .take(length)
            .collect();
        noise.extend_from_slice(b"\r\n\r\n");
        let _ = connection.write_all(&noise).await;
        match Answer::read(&mut connection).await {
            Ok(answer) if answer.status < 400 => {
                Fate::Lost(format!("noise was answered with {}", answer.status))
            }
            _ => Fate::Spoilt,
        }
    }

    /// Reads the beginning of a stream.
    async fn abandon(&mut self, mut connection: TcpStream) -> Fate {
        let request = get("/stream?bytes=100000000&piece=10000", "close");
        let _ = connection.write_all(request.as_bytes()).await;
        let mut beginning = vec![0; self.random.usize(1..200_000)];
        let _ = connection.read_exact(&mut beginning).await;
        Fate::Spoilt
    }

    /// A stream that fails must not look whole.
    async fn see_it_break_off(&mut self, mut connection: TcpStream) -> Fate {
        let request = get("/stream?bytes=5000&then=fail", "close");
        match ask(&mut connection, &request).await {
            Ok(_) => Fate::Lost("a stream that failed looks whole".to_owned()),
            Err(NoAnswer::BrokenOff(_)) => Fate::Answered,
            Err(error) => error.into(),
        }
    }
}

fn get(target: &str, connection: &str) -> String {
    format!(
        "GET {target} HTTP/1.1\r\nhost: soak\r\nconnection: {connection}\r\n{INVOCATION_ID}\r\n\r\n"
    )
}

async fn ask(connection: &mut TcpStream, request: &str) -> Result<Answer, NoAnswer> {
    // A server may answer before it has read all, and close: the answer is what counts.
    let _ = connection.write_all(request.as_bytes()).await;
    Answer::read(connection).await
}

fn told(answer: Result<Answer, NoAnswer>, is_right: impl FnOnce(&Answer) -> bool) -> Fate {
    match answer {
        Ok(answer) if is_right(&answer) => Fate::Answered,
        Ok(answer) => Fate::Lost(format!(
            "another answer: {} {:.200}",
            answer.status,
            answer.text()
        )),
        Err(error) => error.into(),
    }
}
