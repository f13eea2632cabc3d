//! Lists of Python packages, each in a pinned version: a peer, and all that it needs.

/// The packages of a list, without its comments.
pub(super) fn pinned(list: &'static str) -> Vec<&'static str> {
    let lines = list.lines().map(str::trim);
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::peers::peer_run::Peer;
    use crate::peers::{moto, python_framework, sam_events};

    #[test]
    fn all_that_is_installed_is_pinned() {
        let lists: [(Peer, &str); 3] = [
            (moto::PEER, moto::REQUIREMENTS),
            (python_framework::PEER, python_framework::REQUIREMENTS),
            (sam_events::PEER, sam_events::REQUIREMENTS),
        ];
        for (peer, list) in lists {
            let packages = pinned(list);
            let package = peer.package.split(['[', ' ']).next().unwrap();
            assert_eq!(packages[0], format!("{package}=={}", peer.version));
            for package in packages {
                assert!(package.contains("=="), "{package}");
            }
        }
    }
}
