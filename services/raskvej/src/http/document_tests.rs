//! The OpenAPI document as integrators last saw it.

use super::openapi;

#[test]
fn the_document_is_as_it_was_accepted() {
    let mut document = openapi();
    // A new version of the program is no change of the contract.
    document.info.version = "x.y.z".to_owned();
    insta::assert_snapshot!(document.to_pretty_json().unwrap());
}
