//! stub
use crate::http::Tilstand;
use axum::Router;
use chrono::{DateTime, Utc};
use forloeb::ord::Rolle;
use std::sync::Arc;
/// stub
#[derive(Clone)]
pub struct DemoBrev {
    /// x
    pub tid: DateTime<Utc>,
    /// x
    pub emne: String,
    /// x
    pub til: String,
    /// x
    pub tekst: String,
}
/// stub
#[derive(Clone)]
pub struct Sideindstillinger {
    /// x
    pub demo: bool,
    /// x
    pub base_url: String,
    /// x
    pub demo_personer: Vec<(Rolle, Option<String>, String)>,
    /// x
    pub post: Arc<dyn Fn() -> Vec<DemoBrev> + Send + Sync>,
}
/// stub
pub fn router(_t: Tilstand, _s: Sideindstillinger) -> Result<Router, std::io::Error> {
    Ok(Router::new())
}
/// stub
pub async fn ukendt_adresse() -> crate::http::problem::Problem {
    crate::http::ukendt_rute().await
}
