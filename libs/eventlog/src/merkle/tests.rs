//! The tree against Certificate Transparency's own figures, and against the definition of RFC 9162 word for word.

use proptest::prelude::*;

use super::*;

/// The inputs that Certificate Transparency's own tests use.
const ENTRIES: [&[u8]; 8] = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
];
const ROOTS: [&str; 8] = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

#[test]
fn roots_are_those_of_certificate_transparency() {
    let leaves = ENTRIES.map(leaf);
    let mut growing = Growing::default();
    assert_eq!(growing.root(), empty_root());
    for (size, expected) in (1..).zip(ROOTS) {
        let Ok(root) = root(&leaves[..], size);
        assert_eq!(root.to_string(), expected);
        growing.push(leaves[usize::try_from(size).unwrap() - 1]);
        assert_eq!((growing.root(), growing.size()), (root, size));
    }
    assert_eq!(empty_root().to_string(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

#[test]
fn every_leaf_is_proven_in_every_size_and_nowhere_else() {
    let leaves: Vec<Hash> = (0u32..40).map(|nth| leaf(&nth.to_be_bytes())).collect();
    for size in 1..=leaves.len() {
        for index in 0..size as u64 {
            let (root, path) = root_and_proof(&leaves[..size], index).unwrap();
            let this = leaves[usize::try_from(index).unwrap()];
            assert_eq!(proven_root(this, index, size as u64, &path), Some(root));
            for (wrong, at) in [(index + 1, size as u64), (index ^ 1, size as u64)] {
                assert_ne!(proven_root(this, wrong, at, &path), Some(root), "{index} as {wrong} of {size}");
            }
            for hash in 0..path.len() {
                let mut changed = path.clone();
                changed[hash].0[31] ^= 1;
                assert_ne!(proven_root(this, index, size as u64, &changed), Some(root));
            }
            let longer = [&path[..], &[leaves[0]]].concat();
            assert_eq!(proven_root(this, index, size as u64, &longer), None, "both sizes are used up");
            if let Some((_, shorter)) = path.split_last() {
                assert_ne!(proven_root(this, index, size as u64, shorter), Some(root));
            }
        }
    }
}

/// `MTH` of RFC 9162, 2.1.1, word for word.
fn naive_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => empty_root(),
        [only] => *only,
        _ => {
            let (left, right) = leaves.split_at(naive_split(leaves.len()));
            node(naive_root(left), naive_root(right))
        }
    }
}

fn naive_split(count: usize) -> usize {
    let mut left = 1;
    while left * 2 < count {
        left *= 2;
    }
    left
}

/// `SUBPROOF` of RFC 9162, 2.1.4.1, word for word.
fn naive_subproof(old: usize, leaves: &[Hash], complete: bool) -> Vec<Hash> {
    if old == leaves.len() {
        return if complete { vec![] } else { vec![naive_root(leaves)] };
    }
    let (left, right) = leaves.split_at(naive_split(leaves.len()));
    let (mut path, other) = if old <= left.len() {
        (naive_subproof(old, left, complete), naive_root(right))
    } else {
        (naive_subproof(old - left.len(), right, false), naive_root(left))
    };
    path.push(other);
    path
}

/// The consistency proofs that Certificate Transparency's own tests have for these entries.
#[test]
fn consistency_proofs_are_those_of_certificate_transparency() {
    let cases: [(u64, usize, &[&str]); 5] = [
        (1, 1, &[]),
        (
            1,
            8,
            &[
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            6,
            8,
            &[
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (
            2,
            5,
            &[
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ],
        ),
        (8, 8, &[]),
    ];
    let leaves = ENTRIES.map(leaf);
    for (old, new, expected) in cases {
        let path = consistency_proof(&leaves[..new], old).unwrap();
        assert_eq!(path.iter().map(Hash::to_string).collect::<Vec<_>>(), expected, "{old} in {new}");
        let root = |size: usize| ROOTS[size - 1].parse().unwrap();
        let old_root = root(usize::try_from(old).unwrap());
        assert!(extends((old, old_root), (new as u64, root(new)), &path));
    }
}

#[test]
fn every_size_extends_every_earlier_one_and_no_other_tree() {
    let leaves: Vec<Hash> = (0u32..70).map(|nth| leaf(&nth.to_be_bytes())).collect();
    let other: Vec<Hash> = (0u32..70).map(|nth| leaf(&(nth + u32::from(nth == 3)).to_be_bytes())).collect();
    for new in 0..=leaves.len() {
        let new_root = naive_root(&leaves[..new]);
        for old in 0..=new {
            let path = consistency_proof(&leaves[..new], old as u64).unwrap();
            if old > 0 {
                assert_eq!(path, naive_subproof(old, &leaves[..new], true));
            }
            let (old_head, new_head) = ((old as u64, naive_root(&leaves[..old])), (new as u64, new_root));
            assert!(extends(old_head, new_head, &path), "{old} in {new}");
            assert!(old == new || !extends(new_head, old_head, &path), "a log does not shrink");
            if old > 3 {
                let replaced = (old as u64, naive_root(&other[..old]));
                assert!(!extends(replaced, new_head, &path), "{old} of another log in {new}");
                let theirs = consistency_proof(&other[..new], old as u64).unwrap();
                assert!(!extends(replaced, new_head, &theirs));
                // What was added may be the same in both, and then so is the proof.
                assert!(theirs == path || !extends(old_head, new_head, &theirs));
            }
        }
        assert_eq!(consistency_proof(&leaves[..new], new as u64 + 1), None);
    }
}

proptest! {
    /// What holds leaf by leaf: the growing tree, and both kinds of proof in any size.
    #[test]
    fn a_tree_of_any_size_is_the_naive_one(entries in proptest::collection::vec(any::<[u8; 4]>(), 0..600), at in any::<usize>()) {
        let leaves: Vec<Hash> = entries.iter().map(|entry| leaf(entry)).collect();
        let mut growing = Growing::default();
        leaves.iter().for_each(|leaf| growing.push(*leaf));
        let head = (leaves.len() as u64, naive_root(&leaves));
        prop_assert_eq!((growing.size(), growing.root()), head);
        let old = at % (leaves.len() + 1);
        let path = consistency_proof(&leaves, old as u64).unwrap();
        prop_assert!(extends((old as u64, naive_root(&leaves[..old])), head, &path));
        if old < leaves.len() {
            let (root, path) = root_and_proof(&leaves, old as u64).unwrap();
            prop_assert_eq!(proven_root(leaves[old], old as u64, head.0, &path), Some(root));
        }
    }

    /// Whatever is handed over as a proof: an answer, and never yes for a tree that is another.
    #[test]
    fn any_proof_gets_an_answer(old in any::<u64>(), new in any::<u64>(), path in proptest::collection::vec(any::<[u8; 32]>(), 0..70)) {
        let path: Vec<Hash> = path.into_iter().map(Hash).collect();
        prop_assert!(!extends((old, Hash([1; 32])), (new, Hash([2; 32])), &path));
    }
}
