//! Derives `json::FromJson`. What is written for serde holds here too: `rename`, `rename_all` (camelCase alone),
//! `rename_all_fields`, `deny_unknown_fields`, `default` with or without a function, `tag`, `transparent`. A field that serde reads by
//! a function of its own names its twin here: `#[json(with = function)]`.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Attribute, Data, DeriveInput, Error, Expr, Field, Fields, Path, Result, Variant};

#[proc_macro_derive(FromJson, attributes(json, serde))]
pub fn from_json(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = syn::parse_macro_input!(input as DeriveInput);
    derive(&input)
        .unwrap_or_else(|error| error.to_compile_error())
        .into()
}

/// What the attributes of a type, a variant or a field say.
#[derive(Default)]
struct Said {
    camel_case: bool,
    camel_case_fields: bool,
    known_only: bool,
    rename: Option<String>,
    tag: Option<String>,
    default: Option<Missing>,
    with: Option<Path>,
}

/// What takes the place of a field that is not there.
enum Missing {
    Default,
    Call(Path),
}

fn said(attributes: &[Attribute]) -> Result<Said> {
    let mut said = Said::default();
    let mut own_reader = None;
    for attribute in attributes {
        if !(attribute.path().is_ident("serde") || attribute.path().is_ident("json")) {
            continue;
        }
        attribute.parse_nested_meta(|meta| {
            let name = meta
                .path
                .get_ident()
                .map(Ident::to_string)
                .unwrap_or_default();
            if name == "with" {
                said.with = Some(meta.value()?.parse()?);
                return Ok(());
            }
            let value: Option<Expr> = if meta.input.peek(syn::Token![=]) {
                Some(meta.value()?.parse()?)
            } else {
                None
            };
            let text = match &value {
                Some(Expr::Lit(literal)) => match &literal.lit {
                    syn::Lit::Str(text) => Some(text),
                    _ => None,
                },
                _ => None,
            };
            match (name.as_str(), text) {
                ("rename_all", Some(case)) if case.value() == "camelCase" => said.camel_case = true,
                ("rename_all_fields", Some(case)) if case.value() == "camelCase" => {
                    said.camel_case_fields = true
                }
                ("deny_unknown_fields", None) => said.known_only = true,
                ("rename", Some(name)) => said.rename = Some(name.value()),
                ("tag", Some(name)) => said.tag = Some(name.value()),
                ("default", None) => said.default = Some(Missing::Default),
                ("default", Some(function)) => {
                    said.default = Some(Missing::Call(function.parse()?))
                }
                ("deserialize_with", Some(function)) => own_reader = Some(function.clone()),
                ("skip_serializing_if" | "serialize_with", Some(_)) | ("transparent", None) => {}
                _ => return Err(meta.error("not understood where JSON is read")),
            }
            Ok(())
        })?;
    }
    match (own_reader, &said.with, &said.default) {
        (Some(function), None, _) => Err(Error::new_spanned(
            function,
            "serde reads this by a function of its own: its twin is `#[json(with = …)]`",
        )),
        (_, Some(with), Some(_)) => Err(Error::new_spanned(
            with,
            "a field read by a function has to be there",
        )),
        _ => Ok(said),
    }
}

fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let name = &input.ident;
    let said = said(&input.attrs)?;
    let body = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => {
                let (names, reads) = named(fields.named.iter(), &said, said.camel_case)?;
                let before = matches!(said.default, Some(Missing::Default))
                    .then(|| quote! { let __default = Self::default(); });
                let names = if said.known_only {
                    quote! { ::std::option::Option::Some(&[#(#names),*]) }
                } else {
                    quote! { ::std::option::Option::None }
                };
                return Ok(quote! {
                    impl ::json::FromJson for #name {
                        fn from_json(json: ::json::Json<'_>) -> ::std::result::Result<Self, ::json::Fault> {
                            Self::__read(json, None)
                        }

                        fn from_json_beside(json: ::json::Json<'_>, tag: &str) -> ::std::result::Result<Self, ::json::Fault> {
                            Self::__read(json, Some(tag))
                        }
                    }

                    impl #name {
                        fn __read(json: ::json::Json<'_>, tag: ::std::option::Option<&str>) -> ::std::result::Result<Self, ::json::Fault> {
                            let __fields = ::json::Fields::of(json, #names, tag)?;
                            #before
                            Ok(Self { #(#reads),* })
                        }
                    }
                });
            }
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                quote! { ::json::FromJson::from_json(json).map(Self) }
            }
            other => {
                return Err(Error::new_spanned(
                    other,
                    "only named fields, or a single one",
                ));
            }
        },
        Data::Enum(data) => {
            let variants: Vec<(&Variant, Said, String)> = data
                .variants
                .iter()
                .map(|variant| {
                    let own = crate::said(&variant.attrs)?;
                    let called = called(&variant.ident, own.rename.as_deref(), said.camel_case);
                    Ok((variant, own, called))
                })
                .collect::<Result<_>>()?;
            if let Some(tag) = &said.tag {
                tagged(tag, &variants, &said)?
            } else {
                named_variants(&variants, &said)?
            }
        }
        Data::Union(_) => return Err(Error::new_spanned(input, "no union is read from JSON")),
    };
    Ok(quote! {
        impl ::json::FromJson for #name {
            fn from_json(json: ::json::Json<'_>) -> ::std::result::Result<Self, ::json::Fault> {
                #body
            }
        }
    })
}

/// The names of fields, and what reads each of `__fields`.
fn named<'fields>(
    fields: impl Iterator<Item = &'fields Field>,
    whole: &Said,
    camel_case: bool,
) -> Result<(Vec<String>, Vec<TokenStream>)> {
    let mut names = Vec::new();
    let mut reads = Vec::new();
    for field in fields {
        let Some(ident) = &field.ident else { continue };
        let own = said(&field.attrs)?;
        let raw = ident.to_string();
        let raw = raw.trim_start_matches("r#");
        let name = own.rename.clone().unwrap_or_else(|| {
            if camel_case {
                field_in_camel_case(raw)
            } else {
                raw.to_owned()
            }
        });
        let read = match (&own.with, &own.default, &whole.default) {
            (Some(with), ..) => quote! { __fields.take_with(#name, #with)? },
            (None, Some(Missing::Default), _) => quote! { __fields.take_or_default(#name)? },
            (None, Some(Missing::Call(call)), _) => {
                quote! { match __fields.find(#name)? { Some(found) => found, None => #call() } }
            }
            (None, None, Some(_)) => {
                quote! { match __fields.find(#name)? { Some(found) => found, None => __default.#ident } }
            }
            (None, None, None) => quote! { __fields.take(#name)? },
        };
        reads.push(quote! { #ident: #read });
        names.push(name);
    }
    Ok((names, reads))
}

/// What reads a variant's own fields of `__inner`, JSON that stands beside `__tag`.
fn variant_fields(variant: &Variant, own: &Said, whole: &Said) -> Result<TokenStream> {
    let name = &variant.ident;
    let camel_case = own.camel_case || whole.camel_case_fields;
    let (names, reads) = named(variant.fields.iter(), &Said::default(), camel_case)?;
    let names = if whole.known_only || own.known_only {
        quote! { ::std::option::Option::Some(&[#(#names),*]) }
    } else {
        quote! { ::std::option::Option::None }
    };
    Ok(quote! {{
        let __fields = ::json::Fields::of(__inner, #names, __tag)?;
        Ok(Self::#name { #(#reads),* })
    }})
}

/// `"variant"`, or `{"variant": what it holds}`.
fn named_variants(variants: &[(&Variant, Said, String)], whole: &Said) -> Result<TokenStream> {
    let mut plain = Vec::new();
    let mut holding = Vec::new();
    for (variant, own, called) in variants {
        let name = &variant.ident;
        match &variant.fields {
            Fields::Unit => plain.push(quote! { (#called, None) => Ok(Self::#name), }),
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => holding.push(
                quote! { (#called, Some(inner)) => ::json::FromJson::from_json(inner).map(Self::#name), },
            ),
            Fields::Named(_) => {
                let read = variant_fields(variant, own, whole)?;
                holding.push(quote! { (#called, Some(__inner)) => { let __tag = ::std::option::Option::None; #read } });
            }
            other @ Fields::Unnamed(_) => {
                return Err(Error::new_spanned(other, "a variant holds one thing, or named fields"));
            }
        }
    }
    Ok(quote! {
        let (variant, inner) = json.variant()?;
        match (&*variant, inner) {
            #(#plain)*
            #(#holding)*
            _ => Err(::json::Fault::unknown_variant(&variant)),
        }
    })
}

/// `{"tag": "variant", and what it holds}`.
fn tagged(tag: &str, variants: &[(&Variant, Said, String)], whole: &Said) -> Result<TokenStream> {
    let arms = variants
        .iter()
        .map(|(variant, own, called)| {
            let name = &variant.ident;
            Ok(match &variant.fields {
                Fields::Unit => quote! { #called => Ok(Self::#name), },
                Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                    quote! { #called => ::json::FromJson::from_json_beside(json, #tag).map(Self::#name), }
                }
                Fields::Named(_) => {
                    let read = variant_fields(variant, own, whole)?;
                    quote! { #called => { let (__inner, __tag) = (json, ::std::option::Option::Some(#tag)); #read } }
                }
                other @ Fields::Unnamed(_) => {
                    return Err(Error::new_spanned(other, "a variant holds one thing, or named fields"));
                }
            })
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(quote! {
        let variant = json.tag(#tag)?;
        match &*variant {
            #(#arms)*
            _ => Err(::json::Fault::unknown_variant(&variant)),
        }
    })
}

fn called(ident: &Ident, rename: Option<&str>, camel_case: bool) -> String {
    let name = ident.to_string();
    match (rename, camel_case) {
        (Some(rename), _) => rename.to_owned(),
        (None, true) => {
            let mut letters = name.chars();
            letters
                .next()
                .map(|first| first.to_ascii_lowercase().to_string() + letters.as_str())
                .unwrap_or_default()
        }
        (None, false) => name,
    }
}

fn field_in_camel_case(name: &str) -> String {
    let mut written = String::new();
    let mut begins_word = false;
    for letter in name.chars() {
        if letter == '_' {
            begins_word = true;
        } else if std::mem::take(&mut begins_word) {
            written.push(letter.to_ascii_uppercase());
        } else {
            written.push(letter);
        }
    }
    written
}
