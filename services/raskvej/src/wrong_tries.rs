//! Wrong tries of tokens: so many a minute from one address, and then 429.
//!
//! Only what fails is counted. A token that works is let in whoever else behind the same address has guessed: nobody can
//! keep others out, and a token has 256 random bits, which no number of tries finds. What is bounded is the noise: work, log
//! lines, and programs that try a token for ever after it has ended.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::NonZeroU32;
use std::time::Duration;

use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap};
use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use ipnet::IpNet;

/// Wrong tries from one address at once; after these one each twelve seconds.
const A_MINUTE: NonZeroU32 = NonZeroU32::new(5).expect("five is more than none");
/// Addresses that are kept apart. More than these share one count, until some have been quiet for a minute.
const MOST_PLACES: usize = 10_000;
/// The header in which proxies say for whom they ask, the nearest last.
const FORWARDED_FOR: &str = "x-forwarded-for";
/// Addresses of that header that are looked at.
const MOST_HOPS: usize = 20;

/// The other end of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

/// By which way a token was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The API.
    Api,
    /// The page to log in.
    Page,
    /// What a provider says of a login that ended.
    Logout,
}

impl Way {
    const fn name(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Page => "side",
            Self::Logout => "bagkanal",
        }
    }
}

/// What is counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    One(Ipv4Addr),
    /// Whoever has one address of a /64 has all of them.
    Network([u16; 4]),
    /// All that there is no room for.
    Others,
}

impl Place {
    fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self::One(address),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Self::Network([a, b, c, d])
            }
        }
    }
}

/// The wrong tries of late, by where they came from.
pub struct WrongTries<C: Clock = DefaultClock> {
    places: RateLimiter<Place, HashMapStateStore<Place>, C, NoOpMiddleware<C::Instant>>,
    clock: C,
    proxies: Vec<IpNet>,
}

impl WrongTries {
    /// None yet. What these proxies say about whom they ask for is believed.
    #[must_use]
    pub fn new(proxies: Vec<IpNet>) -> Self {
        Self::by(DefaultClock::default(), proxies)
    }
}

impl<C: Clock + Clone> WrongTries<C> {
    fn by(clock: C, proxies: Vec<IpNet>) -> Self {
        Self { places: RateLimiter::hashmap_with_clock(Quota::per_minute(A_MINUTE), clock.clone()), clock, proxies }
    }

    /// Where a request comes from: the other end of its connection, or, where that is a proxy that is trusted, whom the proxy
    /// says. Of what it says the last address counts that is no trusted proxy: anybody can write what stands before it.
    #[must_use]
    pub fn from(&self, parts: &Parts) -> IpAddr {
        self.place_of(&parts.extensions, &parts.headers)
    }

    fn place_of(&self, extensions: &Extensions, heads: &HeaderMap) -> IpAddr {
        // Without a connection, as in tests, all come from one place.
        let mut from = extensions.get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.to_canonical());
        let said = heads.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok());
        let hops: Vec<&str> = said.flat_map(|value| value.split(',')).collect();
        for hop in hops.iter().rev().take(MOST_HOPS) {
            if !self.proxies.iter().any(|proxy| proxy.contains(&from)) {
                break;
            }
            let Ok(address) = hop.trim().parse::<IpAddr>() else { break };
            from = address.to_canonical();
        }
        from
    }

    /// Counts a wrong try.
    ///
    /// # Errors
    /// There were too many: how long it is until the next is answered.
    pub fn count(&self, from: IpAddr, way: Way) -> Result<(), Duration> {
        let mut place = Place::of(from);
        if self.places.len() >= MOST_PLACES {
            self.places.retain_recent();
            if self.places.len() >= MOST_PLACES {
                place = Place::Others;
            }
        }
        let counted = self.places.check_key(&place).map_err(|not_until| not_until.wait_time_from(self.clock.now()));
        let outcome = if counted.is_ok() { "talt" } else { "afvist" };
        metrics::counter!("raskvej_forkerte_adgangsnoegler_total", "vej" => way.name(), "udfald" => outcome)
            .increment(1);
        if counted.is_ok() {
            // So there are no more lines than tries that are counted.
            tracing::warn!(fra = %shortened(from), vej = way.name(), "en adgangsnøgle, eller et logout-token, der ikke virker");
        }
        counted
    }
}

/// Enough of an address to find a network by, and not a person.
fn shortened(address: IpAddr) -> IpNet {
    let (address, bits) = match address.to_canonical() {
        IpAddr::V4(address) => (IpAddr::V4(address), 24),
        IpAddr::V6(address) => (IpAddr::V6(address), 48),
    };
    IpNet::new(address, bits).map_or_else(|_| IpNet::from(IpAddr::V6(Ipv6Addr::UNSPECIFIED)), |net| net.trunc())
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use governor::clock::FakeRelativeClock;

    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn five_a_minute_from_one_place_and_others_are_not_kept_out() {
        let clock = FakeRelativeClock::default();
        let tries = WrongTries::by(clock.clone(), Vec::new());
        let mut wait = Duration::ZERO;
        for (n, from) in ["192.0.2.7", "2001:db8::1"].iter().cycle().take(12).enumerate() {
            // Another address of the same network each time.
            let from = address(from);
            let from = if let IpAddr::V6(v6) = from { IpAddr::V6((v6.to_bits() + n as u128).into()) } else { from };
            match tries.count(from, Way::Api) {
                Ok(()) => assert!(n < 10),
                Err(error) => {
                    assert!(n >= 10);
                    wait = error;
                }
            }
        }
        assert_eq!(wait, Duration::from_secs(12));
        assert!(
            tries.count(address("192.0.2.8"), Way::Api).is_ok()
                && tries.count(address("2001:db8:0:1::1"), Way::Page).is_ok()
        );
        assert!(tries.count(address("::ffff:192.0.2.7"), Way::Page).is_err(), "the same address, written otherwise");
        clock.advance(wait);
        assert!(tries.count(address("192.0.2.7"), Way::Api).is_ok());
        assert!(tries.count(address("192.0.2.7"), Way::Api).is_err());
    }

    #[test]
    fn many_addresses_take_bounded_room_and_room_comes_back() {
        let clock = FakeRelativeClock::default();
        let tries = WrongTries::by(clock.clone(), Vec::new());
        let nth = |n: u32| IpAddr::V4(Ipv4Addr::from(n));
        let refused = (0..20_000).filter(|n| tries.count(nth(*n), Way::Api).is_err()).count();
        assert_eq!((tries.places.len(), refused), (MOST_PLACES + 1, 20_000 - MOST_PLACES - 5));
        clock.advance(Duration::from_secs(120));
        assert!(tries.count(nth(30_000), Way::Api).is_ok());
        assert!(tries.places.len() < 10);
    }

    #[test]
    fn whom_a_request_is_for_is_believed_of_trusted_proxies_only() {
        let tries = WrongTries::new(vec!["127.0.0.1/32".parse().unwrap(), "10.0.0.0/8".parse().unwrap()]);
        let from = |peer: &str, said: &[&str]| {
            let mut request = Request::new(());
            request.extensions_mut().insert(Peer(address(peer)));
            for said in said {
                request.headers_mut().append(FORWARDED_FOR, said.parse().unwrap());
            }
            tries.from(&request.into_parts().0).to_string()
        };
        assert_eq!(from("192.0.2.7", &["198.51.100.9"]), "192.0.2.7", "whoever says it is no proxy of ours");
        assert_eq!(from("127.0.0.1", &[]), "127.0.0.1");
        assert_eq!(from("127.0.0.1", &["198.51.100.9"]), "198.51.100.9");
        assert_eq!(from("::ffff:127.0.0.1", &["203.0.113.1, 198.51.100.9", "10.1.2.3"]), "198.51.100.9");
        assert_eq!(from("127.0.0.1", &["198.51.100.9, ikke en adresse"]), "127.0.0.1");
    }

    #[test]
    fn a_log_line_has_a_network_and_not_an_address() {
        assert_eq!(shortened(address("192.0.2.7")).to_string(), "192.0.2.0/24");
        assert_eq!(shortened(address("2001:db8:1:2::7")).to_string(), "2001:db8:1::/48");
    }
}
