//! A component's own style.

use std::borrow::Cow;

use stylist::Style;
use stylist::ast::{Block, RuleBlockContent, ScopeContent, Sheet, StringFragment, StyleAttribute};
use wasm_bindgen::JsValue;
use yew::prelude::*;

/// The class that carries this style: declarations for the element itself, and rules for what is in it, which browsers
/// nest under the class (W3C, CSS Nesting).
///
/// Stylist's macros would do the nesting while compiling, and leave a tree of structs: 9 KB more for the page's styles.
#[hook]
pub fn use_css(css: &'static str) -> JsValue {
    let style = use_memo(css, |&css| {
        // Fails only without a document head, and then there is nothing to style.
        let style = Style::new(Sheet::from(vec![nested(css)])).ok();
        JsValue::from(style.as_ref().map_or("", Style::get_class_name))
    });
    (*style).clone()
}

/// One declaration with the text behind it, as stylist knows no raw text.
fn nested(css: &'static str) -> ScopeContent {
    let declaration = StyleAttribute {
        key: Cow::Borrowed("--style"),
        value: Cow::Owned(vec![StringFragment {
            inner: Cow::Owned(format!("1;{css}")),
        }]),
    };
    ScopeContent::Block(Block {
        condition: Cow::Borrowed(&[]),
        content: Cow::Owned(vec![RuleBlockContent::StyleAttr(declaration)]),
    })
}
