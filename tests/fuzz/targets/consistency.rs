//! Consistency proofs: one that is accepted is the one of RFC 9162, 2.1.4.1, computed here from its words.
#![no_main]

use eventlog::Hash;
use eventlog::merkle::{empty_root, extends, leaf};
use fuzz::Input;
use libfuzzer_sys::fuzz_target;
use sha2::{Digest as _, Sha256};

fn node(left: Hash, right: Hash) -> Hash {
    Hash(Sha256::new().chain_update([1]).chain_update(left.0).chain_update(right.0).finalize().into())
}

/// The largest power of two below a number of leaves.
fn split(leaves: &[Hash]) -> (&[Hash], &[Hash]) {
    leaves.split_at(leaves.len().next_power_of_two() / 2)
}

fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => empty_root(),
        [only] => *only,
        _ => {
            let (left, right) = split(leaves);
            node(root(left), root(right))
        }
    }
}

/// SUBPROOF(m, D, b).
fn subproof(old: usize, leaves: &[Hash], known: bool) -> Vec<Hash> {
    if old == leaves.len() {
        return if known { Vec::new() } else { vec![root(leaves)] };
    }
    let (left, right) = split(leaves);
    let (mut path, last) = if old <= left.len() {
        (subproof(old, left, known), root(right))
    } else {
        (subproof(old - left.len(), right, false), root(left))
    };
    path.push(last);
    path
}

fn real() -> Vec<(String, Vec<u8>)> {
    let sizes = [(0, 0), (0, 5), (1, 2), (3, 7), (4, 7), (6, 8), (7, 7), (8, 64), (63, 64)];
    sizes.iter().map(|(old, new)| (format!("{old}-{new}"), vec![*old, *new, 0, 0, 0, 0])).collect()
}

fuzz_target!(
    init: fuzz::seeds(real()),
    |bytes: &[u8]| {
        let mut input = Input(bytes);
        let (one, other) = (usize::from(input.byte()) % 100, usize::from(input.byte()) % 100);
        let (old, new) = (one.min(other), one.max(other));
        let leaves: Vec<Hash> = (0..new).map(|nr| leaf(&nr.to_le_bytes())).collect();
        let (old_root, new_root) = (root(&leaves[..old]), root(&leaves));
        let right = if old == 0 { Vec::new() } else { subproof(old, &leaves, true) };
        assert!(extends((old as u64, old_root), (new as u64, new_root), &right), "{old} in {new}");
        // The same, changed as the input says: a hash, the order, the length, the roots, the sizes.
        let (mut path, mut before, mut after) = (right.clone(), (old as u64, old_root), (new as u64, new_root));
        for _ in 0..4 {
            let (what, place) = (input.byte(), usize::from(input.byte()));
            let nth = place % path.len().max(1);
            match what % 8 {
                1 if !path.is_empty() => path[nth].0[place % 32] ^= input.byte(),
                2 => path.insert(nth.min(path.len()), Hash(input.chunk())),
                3 if !path.is_empty() => drop(path.remove(nth)),
                4 if path.len() > 1 => path.swap(nth, 0),
                5 => before.1.0[place % 32] ^= input.byte(),
                6 => after.1.0[place % 32] ^= input.byte(),
                7 => (before.0, after.0) = (input.number(), input.number()),
                _ => {}
            }
        }
        let same = (before, after, &path) == ((old as u64, old_root), (new as u64, new_root), &right);
        let said = extends(before, after, &path);
        assert!(!same || said);
        // Of other sizes the same hashes may be a proof; of these sizes there is one, and it is of these roots.
        if said && (before.0, after.0) == (old as u64, new as u64) && after.1 == new_root {
            assert!(same, "a second proof that {old} is in {new}");
        }
    }
);
