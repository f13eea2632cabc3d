//! Lives of a server under load, each ended by SIGTERM.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::client::Client;
use crate::memory::{MIB, Memory};
use crate::server::{Binary, Server};
use crate::tally::Tally;

/// How many ends there are in the whole time.
const ENDS: u32 = 4;

const CLIENTS: u64 = 16;

const BETWEEN_SAMPLES: Duration = Duration::from_millis(100);

/// What the lives of a server were like.
pub(crate) struct Lives {
    pub(crate) shutdowns: u64,
    most_bytes: u64,
}

impl fmt::Display for Lives {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (ends, most) = (self.shutdowns, self.most_bytes / MIB);
        write!(
            f,
            "{ends} clean ends under load, at most {most} MiB in memory"
        )
    }
}

pub(crate) async fn lives(
    binary: &Binary,
    time: Duration,
    seed: u64,
    tally: &Arc<Tally>,
) -> Result<Lives, String> {
    let mut server = Server::start(binary).await?;
    let address = server.address();
    let is_over = Arc::new(AtomicBool::new(false));
    let mut clients = JoinSet::new();
    for number in 0..CLIENTS {
        let client = Client::new(address, seed.wrapping_add(number));
        let (is_over, tally) = (Arc::clone(&is_over), Arc::clone(tally));
        clients.spawn(async move { client.act_until(&is_over, &tally).await });
    }
    let mut lives = Lives {
        shutdowns: 0,
        most_bytes: 0,
    };
    for _ in 0..ENDS {
        let memory = watched(&server, time / ENDS).await;
        memory.verdict()?;
        lives.most_bytes = lives.most_bytes.max(memory.most_bytes());
        server.terminate().await?;
        lives.shutdowns += 1;
        server = Server::start_at(binary, address).await?;
    }
    // The last one outlives the clients: all that is asked of it has to be answered.
    is_over.store(true, Ordering::Relaxed);
    while let Some(ended) = clients.join_next().await {
        ended.map_err(|error| error.to_string())?;
    }
    server.terminate().await?;
    Ok(lives)
}

/// What it needs from when it has warmed up, for so long.
async fn watched(server: &Server, time: Duration) -> Memory {
    sleep(time / 4).await;
    let mut memory = Memory::default();
    let end = Instant::now() + time * 3 / 4;
    while Instant::now() < end {
        memory.sample(server);
        sleep(BETWEEN_SAMPLES).await;
    }
    memory
}
