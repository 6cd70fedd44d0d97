//! stub
use crate::kerne::Kerne;
use forloeb::Aktoer;
use std::sync::Arc;
/// stub
#[derive(serde::Serialize, utoipa::ToSchema, Debug)]
pub struct Rapport {
    /// x
    pub oprettet: u64,
}
/// stub
pub async fn medarbejdere(_k: &Arc<Kerne>, _b: &[u8], _a: &Aktoer, _f: &(dyn Fn(u64, u64) + Sync)) -> Rapport {
    Rapport { oprettet: 0 }
}
/// stub
pub async fn fravaer(_k: &Arc<Kerne>, _b: &[u8], _a: &Aktoer, _f: &(dyn Fn(u64, u64) + Sync)) -> Rapport {
    Rapport { oprettet: 0 }
}
