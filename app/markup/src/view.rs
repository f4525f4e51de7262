//! Markup compiled to calls of the builder.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use rstml::Infallible;
use rstml::node::{
    KVAttributeValue, KeyedAttribute, KeyedAttributeValue, Node, NodeAttribute,
    NodeElement as AnyElement,
};
use rstml::{Parser, ParserConfig};
use syn::spanned::Spanned as _;

type NodeElement = AnyElement<Infallible>;

pub fn expand(tokens: TokenStream) -> TokenStream {
    let parser = Parser::new(ParserConfig::default().recover_block(true));
    let (nodes, errors) = parser.parse_recoverable(tokens).split_vec();
    let mut told = TokenStream::new();
    for error in errors {
        let error = error.emit_as_expr_tokens();
        told.extend(quote! { #error; });
    }
    let piece = piece_of(&nodes);
    quote! {{ #told #piece }}
}

/// What several nodes are together.
fn piece_of(nodes: &[Node]) -> TokenStream {
    let mut pieces: Vec<TokenStream> = nodes.iter().filter_map(child).collect();
    if pieces.len() == 1 {
        let piece = pieces.remove(0);
        return quote! { crate::field::piece::IntoPiece::into_piece(#piece) };
    }
    let all = Ident::new("__all", Span::mixed_site());
    quote! {{
        let mut #all = crate::field::piece::Piece::default();
        #(#all.put(#pieces);)*
        #all
    }}
}

/// One node as an expression; None for a comment.
fn child(node: &Node) -> Option<TokenStream> {
    match node {
        Node::Comment(_) => None,
        Node::Block(block) => Some(quote! { #[allow(unused_braces)] #block }),
        Node::Text(text) => {
            let text = &text.value;
            Some(quote! { #text })
        }
        Node::Element(element) => Some(tag(element)),
        Node::Fragment(fragment) => Some(piece_of(&fragment.children)),
        other => {
            Some(quote_spanned! { other.span() => compile_error!("not a part of a view here") })
        }
    }
}

fn tag(element: &NodeElement) -> TokenStream {
    let name = element.name().to_string();
    if name == "Show" {
        show(element)
    } else if name.starts_with(char::is_uppercase) {
        component(element)
    } else {
        html(element, &name)
    }
}

fn attributes(element: &NodeElement) -> impl Iterator<Item = &KeyedAttribute> {
    element
        .attributes()
        .iter()
        .filter_map(|attribute| match attribute {
            NodeAttribute::Attribute(attribute) => Some(attribute),
            NodeAttribute::Block(_) => None,
        })
}

/// An attribute's value, if one is written.
fn value(attribute: &KeyedAttribute) -> Option<TokenStream> {
    match &attribute.possible_value {
        KeyedAttributeValue::Value(value) => Some(match &value.value {
            KVAttributeValue::Expr(value) => quote! { #value },
            KVAttributeValue::InvalidBraced(block) => quote! { #block },
        }),
        KeyedAttributeValue::Binding(binding) => {
            Some(quote_spanned! { binding.span() => compile_error!("a view binds nothing here") })
        }
        KeyedAttributeValue::None => None,
    }
}

/// An error for each attribute that is not one of the kinds there are.
fn strangers<'a>(
    element: &'a NodeElement,
    allowed: Option<&'a [&str]>,
) -> impl Iterator<Item = TokenStream> + use<'a> {
    element.attributes().iter().filter_map(move |attribute| {
        let is_known = match attribute {
            NodeAttribute::Block(_) => false,
            NodeAttribute::Attribute(attribute) => {
                let key = attribute.key.to_string();
                allowed.is_none_or(|allowed| allowed.contains(&key.as_str()))
            }
        };
        (!is_known).then(
            || quote_spanned! { attribute.span() => compile_error!("not an attribute here"); },
        )
    })
}

fn html(element: &NodeElement, tag: &str) -> TokenStream {
    let strangers = strangers(element, None);
    let built = Ident::new("__element", Span::mixed_site());
    let span = element.name().span();
    let mut before = Vec::new();
    // What is chosen of a list can be said once the list is there.
    let mut after = Vec::new();
    for attribute in attributes(element) {
        let key = attribute.key.to_string();
        let written = value(attribute);
        let span = attribute.key.span();
        let mut parts = key.split(':');
        let call = match (parts.next(), parts.next(), parts.next()) {
            (Some("on"), Some(event), None) => {
                quote_spanned! { span => #built.on(#event, #written); }
            }
            (Some("on"), Some(event), Some("target")) => {
                let kind = format_ident!("{}", kind_of(tag));
                quote_spanned! { span => #built.on_target::<::web_sys::#kind>(#event, #written); }
            }
            (Some("prop"), Some(name), None) => {
                let call = quote_spanned! { span => #built.prop(#name, #written); };
                if tag == "select" {
                    after.push(call);
                    continue;
                }
                call
            }
            (Some("node_ref"), None, None) => quote_spanned! { span => #built.note(#written); },
            (Some(name), None, None) => {
                let written = written.unwrap_or_else(|| quote! { true });
                quote_spanned! { span => #built.set(#name, #written); }
            }
            _ => quote_spanned! { span => compile_error!("no such kind of attribute"); },
        };
        before.push(call);
    }
    let children = element.children.iter().filter_map(child);
    quote_spanned! { span => {
        #(#strangers)*
        let mut #built = crate::field::piece::Element::new(#tag);
        #(#before)*
        #(#built.put(#children);)*
        #(#after)*
        #built
    }}
}

/// The browser's type of an element that a person fills in.
fn kind_of(tag: &str) -> &'static str {
    match tag {
        "input" => "HtmlInputElement",
        "select" => "HtmlSelectElement",
        "textarea" => "HtmlTextAreaElement",
        _ => "HtmlElement",
    }
}

fn component(element: &NodeElement) -> TokenStream {
    let name = element.name();
    let strangers = strangers(element, None);
    let mut fields: Vec<TokenStream> = attributes(element)
        .map(|attribute| {
            let key = &attribute.key;
            value(attribute).map_or_else(|| quote! { #key }, |value| quote! { #key: #value })
        })
        .collect();
    if !element.children.is_empty() {
        let children = piece_of(&element.children);
        fields.push(quote! { children: #children });
    }
    quote! {{
        #(#strangers)*
        #name { #(#fields),* }
    }}
}

fn show(element: &NodeElement) -> TokenStream {
    let written = |name: &str| {
        attributes(element)
            .find(|attribute| attribute.key.to_string() == name)
            .and_then(value)
    };
    let strangers = strangers(element, Some(&["when", "fallback"]));
    let when = written("when").unwrap_or_else(
        || quote_spanned! { element.name().span() => compile_error!("it is not said when") },
    );
    let fallback = written("fallback").unwrap_or_else(|| quote! { || () });
    let children = piece_of(&element.children);
    quote! {{
        #(#strangers)*
        crate::field::piece::show(#when, move || #children, #fallback)
    }}
}
