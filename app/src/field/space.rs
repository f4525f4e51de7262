//! How much room the browser leaves for what the tablet keeps.

/// Warned of below this: some five hundred photos as the tablet makes them.
const LOW: f64 = 200_000_000.0;

/// Megabytes left, where that is so little that it is said.
pub fn low(usage: f64, quota: f64) -> Option<u32> {
    let left = quota - usage;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and 200"
    )]
    (left < LOW).then(|| (left.max(0.0) / 1_000_000.0) as u32)
}

/// Asks the browser. None where it does not say.
#[cfg(feature = "browser")]
pub async fn usage_and_quota() -> Option<(f64, f64)> {
    use js_sys::{Function, Reflect};
    use wasm_bindgen::JsCast as _;

    let storage = super::browser::navigator_part("storage")?;
    let ask: Function = Reflect::get(&storage, &"estimate".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let estimate = super::browser::settled(ask.call0(&storage)).await.ok()?;
    let number = |name: &str| Reflect::get(&estimate, &name.into()).ok()?.as_f64();
    Some((number("usage")?, number("quota")?))
}

#[cfg(test)]
mod tests {
    use super::low;

    #[test]
    fn what_is_nearly_full_is_said_with_what_is_left() {
        for (usage, quota, said) in [
            (0.0, 10e9, None),
            (9.8e9, 10e9, None),
            (9.801e9, 10e9, Some(199)),
            (10e9, 10e9, Some(0)),
            // Browsers round, and may be over.
            (11e9, 10e9, Some(0)),
            (0.0, 50e6, Some(50)),
        ] {
            assert_eq!(low(usage, quota), said, "{usage} of {quota}");
        }
    }
}
