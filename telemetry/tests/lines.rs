//! One event is one line, which is whole and not too long.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::sync::{Arc, Barrier};
use std::thread;

use polyfn_core::Target;
use support::{Log, Object, layered, logged};

/// The clouds, with the bytes that an entry may have there.
const LIMITS: [(Target, usize); 3] = [
    (Target::Aws, 256 * 1024),
    (Target::Gcp, 256 * 1024),
    (Target::Azure, 32 * 1024),
];

#[test]
fn what_is_too_long_is_cut_and_marked() {
    // Each takes six bytes in JSON, so that a cut by length alone would not do.
    let control = "\u{1}".repeat(300_000);
    let text = "é".repeat(300_000);
    for (target, limit) in LIMITS {
        for form in ["json", "text"] {
            for long in [&control, &text] {
                let lines = logged(target, &[("POLYFN_LOG", form)], || {
                    tracing::info!(kept = "whole", long, "short");
                    tracing::info!(kept = "whole", "{long}");
                });
                for line in lines {
                    assert!(line.len() < limit, "{target}, {form}: {} bytes", line.len());
                    assert!(line.contains("[cut, "), "{target}, {form}: it is marked");
                }
            }
        }
        let lines = logged(target, &[("POLYFN_LOG", "json")], || {
            tracing::info!(kept = "whole", text, "short");
        });
        let object = Object::parse(&lines[0]);
        assert_eq!(object.get("kept"), "whole", "{target}: what is short stays");
        let mark = format!("… [cut, {} bytes in all]", text.len());
        assert!(
            object.get("text").as_str().unwrap().ends_with(&mark),
            "{target}"
        );
        assert!(
            lines[0].len() > limit / 8,
            "{target}: not more than needed is cut"
        );
    }
}

#[test]
fn too_many_fields_are_left_out_and_counted() {
    // Their names alone are too long for Azure.
    const DEPTH: usize = 1200;
    for (target, limit) in LIMITS {
        let lines = logged(target, &[("POLYFN_LOG", "json")], || {
            let text = "\u{1}".repeat(100);
            let spans: Vec<_> = (0..DEPTH)
                .map(|number| {
                    tracing::info_span!("deep_within_a_recursion_that_goes_on", number, text)
                        .entered()
                })
                .collect();
            tracing::info!(kept = "whole", "short");
            // In the order in which spans are to be left.
            spans.into_iter().rev().for_each(drop);
        });
        let object = Object::parse(&lines[0]);
        assert!(lines[0].len() < limit, "{target}: {} bytes", lines[0].len());
        assert_eq!(object.get("message"), "short", "{target}");
        assert_eq!(object.get("kept"), "whole", "{target}");
        assert!(
            object.get("fields_left_out").as_u64().unwrap() > 0,
            "{target}"
        );
    }
}

#[test]
fn long_chains_of_causes_are_cut() {
    let lines = logged(Target::Azure, &[], || {
        let mut error = layered();
        for _ in 0..20_000 {
            error = support::Layered("once more", Some(Box::new(error)));
            error = support::Layered("and again", Some(Box::new(error)));
        }
        tracing::error!(error = &error as &dyn std::error::Error, "lost");
        std::mem::forget(error);
    });
    let object = Object::parse(&lines[0]);
    assert!(lines[0].len() < 32 * 1024, "{} bytes", lines[0].len());
    assert_eq!(object.get("message"), "lost");
    assert_eq!(
        object.get("error"),
        "and again",
        "what was cut off is the causes"
    );
}

#[test]
fn lines_of_many_threads_are_whole() {
    const THREADS: usize = 8;
    const LINES: usize = 200;
    let log = Arc::new(Log::new(Target::Aws, &[("POLYFN_LOG", "json")]));
    let start = Arc::new(Barrier::new(THREADS));
    let threads: Vec<_> = (0..THREADS)
        .map(|thread| {
            let (log, start) = (Arc::clone(&log), Arc::clone(&start));
            thread::spawn(move || {
                let _guard = tracing::dispatcher::set_default(&log.dispatch);
                start.wait();
                for number in 0..LINES {
                    let _span = tracing::info_span!("work", thread, number).entered();
                    tracing::info!(text = "x".repeat(number * 10), "done");
                }
            })
        })
        .collect();
    threads
        .into_iter()
        .for_each(|thread| thread.join().unwrap());

    let mut seen = Vec::new();
    for line in log.lines() {
        let object = Object::parse(&line);
        let number = |name| object.get(name).as_u64().unwrap() as usize;
        assert_eq!(
            object.get("text").as_str().unwrap().len(),
            number("number") * 10
        );
        seen.push((number("thread"), number("number")));
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), THREADS * LINES, "each line once");
}
