//! That a table brings about every refusal of a concept.

/// Fails for each variant of a refusal that none of those met is of, and does not compile where a variant is not named.
macro_rules! assert_every_variant {
    ($met:expr, $refusal:ident: $($variant:ident),+ $(,)?) => {{
        let name = |refusal: &$refusal| match refusal {
            $($refusal::$variant { .. } => stringify!($variant)),+
        };
        let met: std::collections::BTreeSet<&str> = $met.iter().map(name).collect();
        let all = std::collections::BTreeSet::from([$(stringify!($variant)),+]);
        assert_eq!(met, all);
    }};
}

/// Runs tests of a concept, and fails for each of its refusals that no command of theirs met.
macro_rules! assert_every_refusal {
    ($concept:ident, $refusal:ident by [$($test:path),+ $(,)?]: $($variant:ident),+ $(,)?) => {{
        let _ = crate::world::met();
        $($test();)+
        let met = crate::world::met().into_iter().filter_map(|refusal| match refusal {
            domain::Refusal::$concept(refusal) => Some(refusal),
            _ => None,
        });
        let met: Vec<$refusal> = met.collect();
        assert_every_variant!(met, $refusal: $($variant),+);
    }};
}
