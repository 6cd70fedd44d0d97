//! The lists of pages that are looked at in a browser, and of what is measured of the API, held to the doors: each page and each
//! route, in each role that it lets in.

use std::collections::BTreeSet;

use forloeb::words::Rolle;
use systemtests::pages::{API, NO_PAGES, NOT_MEASURED, PAGES};

use super::people::roles;
use super::rows::{self, Door};
use crate::access::Intent;
use crate::access::table::ever_allows;

/// Whether it may let somebody in this role in.
fn lets_in(door: Door, rolle: Rolle) -> bool {
    match door {
        Door::Open => false,
        Door::LoggedIn => true,
        Door::Forloeb(intent)
        | Door::RoleFirst(intent)
        | Door::Employee(intent, _)
        | Door::Role(intent)
        | Door::Workplace(intent) => ever_allows(rolle, intent),
        Door::Person => ever_allows(rolle, Intent::Find),
    }
}

#[test]
fn every_page_is_looked_at_in_a_browser_in_every_role_that_has_it() {
    let looked_at: BTreeSet<(&str, &str)> =
        PAGES.iter().flat_map(|page| page.roles.iter().map(|role| (page.route, *role))).collect();
    let rows = rows::all();
    let doors: Vec<_> = rows.iter().filter(|row| row.method == "GET" && !row.route.starts_with("/api/")).collect();
    let is_page = |route: &str| NO_PAGES.iter().all(|(other, _)| *other != route);
    let mut wrong = Vec::new();
    for door in doors.iter().filter(|door| is_page(&door.route)) {
        if PAGES.iter().all(|page| page.route != door.route) {
            wrong.push(format!("{} is not in tests/src/pages.rs", door.route));
        }
        for rolle in roles().filter(|rolle| lets_in(door.door, *rolle)) {
            if !looked_at.contains(&(door.route.as_str(), rolle.code())) {
                wrong.push(format!("{} is not looked at as {rolle}", door.route));
            }
        }
    }
    let is_door =
        |route: &str| route.starts_with("/demo/") || route == "/stil" || doors.iter().any(|door| door.route == route);
    let listed = PAGES.iter().map(|page| page.route).chain(NO_PAGES.iter().map(|(route, _)| *route));
    wrong.extend(listed.filter(|route| !is_door(route)).map(|route| format!("{route} is no route")));
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What is read of the API is measured in every role that can read it, and in no other.
#[test]
fn every_route_that_is_read_is_measured_in_every_role_that_has_it() {
    let measured: BTreeSet<(&str, &str)> =
        API.iter().flat_map(|one| one.roles.iter().map(|role| (one.route, *role))).collect();
    let rows = rows::all();
    let of_the_api = |route: &str| route.starts_with("/api/") || ["/healthz", "/readyz", "/metrics"].contains(&route);
    let doors: Vec<_> = rows.iter().filter(|row| row.method == "GET" && of_the_api(&row.route)).collect();
    let mut wrong = Vec::new();
    for door in &doors {
        if API.iter().all(|one| one.route != door.route) {
            wrong.push(format!("{} is not in tests/src/pages.rs", door.route));
        }
        // Another system comes in nowhere but at the feed.
        let system = [Rolle::System].into_iter().filter(|_| matches!(door.door, Door::Workplace(_)));
        for rolle in roles().chain(system) {
            let (lets_in, is_listed) =
                (lets_in(door.door, rolle), measured.contains(&(door.route.as_str(), rolle.code())));
            if lets_in != is_listed {
                wrong.push(format!("{} as {rolle}: lets in {lets_in}, listed {is_listed}", door.route));
            }
        }
    }
    let is_door = |route: &str| doors.iter().any(|door| door.route == route);
    wrong.extend(API.iter().filter(|one| !is_door(one.route)).map(|one| format!("{} is no route", one.route)));
    let is_listed = |route: &str| PAGES.iter().chain(API).any(|one| one.route == route);
    let not_measured = NOT_MEASURED.iter().filter(|(route, _)| !is_listed(route));
    wrong.extend(not_measured.map(|(route, _)| format!("{route} is not measured, and is in no list")));
    assert!(wrong.is_empty(), "{wrong:#?}");
}
