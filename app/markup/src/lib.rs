//! The field's views: markup as Leptos has it, compiled to calls of one small builder (`app::field::piece`).
//!
//! Leptos compiles each element, attribute and closure of a page to types of its own, and each type to code of its own. That is
//! quick to run and takes two thirds of a bundle. A tablet fetches its bundle over a phone's network, so its pages are built by
//! calls whose arguments are the page: a tag, a name, a boxed closure.
//!
//! | written | built |
//! |---|---|
//! | `<p class="hint">` | an element |
//! | `name=value`, `name` | an attribute, as `piece::Setting` takes it: a closure or a signal changes it in place |
//! | `prop:name=value` | a property of the element, likewise |
//! | `on:name=handler` | a listener, called with the event |
//! | `on:name:target=handler` | the same, called with what gives the element as the type its tag has |
//! | `node_ref=signal` | the element, put into the signal |
//! | `"text"`, `{value}` | a text, or whatever `piece::IntoPiece` takes: a closure changes in place |
//! | `<Part a=1 b/>` | the component `Part`, whose children, if it takes any, are its property `children` |
//! | `<Show when=… fallback=…>` | its children while the condition holds |

mod component;
mod view;

use proc_macro::TokenStream;

/// Markup as a `Piece`.
#[proc_macro]
pub fn view(tokens: TokenStream) -> TokenStream {
    view::expand(tokens.into()).into()
}

/// Makes a function that gives a `Piece` a tag of [`view!`]: its arguments become properties. What it reads while it builds its
/// piece is not tracked; what changes in place says so by a closure.
#[proc_macro_attribute]
pub fn component(_: TokenStream, item: TokenStream) -> TokenStream {
    component::expand(syn::parse_macro_input!(item as syn::ItemFn))
        .unwrap_or_else(|error| error.to_compile_error())
        .into()
}
