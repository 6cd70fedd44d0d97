//! stub
use chrono::{DateTime, Utc};
/// stub
#[derive(Debug)]
pub struct Paamindelser;
impl Paamindelser {
    /// stub
    pub async fn flyt_ur(&self, _til: DateTime<Utc>) -> Result<(), std::io::Error> {
        Ok(())
    }
}
