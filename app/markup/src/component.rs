//! A function as a tag: a struct of its arguments, which becomes what the function gives.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, FnArg, ItemFn, Pat, Result};

pub fn expand(function: ItemFn) -> Result<TokenStream> {
    let ItemFn {
        attrs,
        vis,
        sig,
        block,
        ..
    } = function;
    let name = &sig.ident;
    let gives = &sig.output;
    let mut names = Vec::new();
    let mut types = Vec::new();
    for argument in &sig.inputs {
        let FnArg::Typed(typed) = argument else {
            return Err(Error::new_spanned(argument, "a component has no self"));
        };
        let Pat::Ident(ident) = &*typed.pat else {
            return Err(Error::new_spanned(
                &typed.pat,
                "a property is one name; take it apart inside",
            ));
        };
        names.push(&ident.ident);
        types.push(&typed.ty);
    }
    Ok(quote! {
        #(#attrs)*
        // Its fields are a function's arguments, and named as such.
        #[allow(clippy::struct_field_names)]
        #vis struct #name { #(pub #names: #types),* }

        impl crate::field::piece::IntoPiece for #name {
            fn into_piece(self) -> crate::field::piece::Piece {
                let #name { #(#names),* } = self;
                ::leptos::prelude::untrack(move || #gives #block)
            }
        }
    })
}
