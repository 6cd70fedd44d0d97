//! One provider: what it says of itself, the way to it, and the proof that comes back.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use doors::ticket::Ticket;
use mail::https::{is_loopback, is_safe};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreClientAuthMethod, CoreErrorResponseType,
    CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreRevocableToken,
    CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::url::Url;
use openidconnect::{
    AdditionalClaims, AuthType, AuthorizationCode, ClaimsVerificationError, ClientId, CsrfToken, EmptyExtraTokenFields,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, IdToken, IdTokenFields, LogoutRequest, Nonce, PkceCodeChallenge,
    PkceCodeVerifier, PostLogoutRedirectUrl, ProviderMetadataWithLogout, RedirectUrl, RequestTokenError, Scope,
    SignatureVerificationError, StandardErrorResponse, StandardTokenResponse, TokenResponse,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::sync::{Mutex, Semaphore};

use super::ended::Held;
use super::fetch::Fetch;
use super::settings::{LoginSettings, LoginSettingsError};
use super::{Identity, LoginFault, grants};
use app::failure::Causes;

/// How long what a provider says of itself, its keys too, is believed.
pub(super) const BELIEVED: TimeDelta = TimeDelta::hours(1);
/// A signature by a key that nobody knows has the keys fetched again, at most so often.
pub(super) const KEYS_AGAIN: TimeDelta = TimeDelta::seconds(30);
/// A provider that does not answer is asked again after this long.
const ASK_AGAIN: TimeDelta = TimeDelta::seconds(5);
/// How far the clocks of provider and machine may be apart.
pub(super) const SKEW: TimeDelta = TimeDelta::seconds(60);
/// How old an ID token may be.
pub(super) const OLDEST: TimeDelta = TimeDelta::minutes(10);
/// Answers that are waited for at the same time.
const AT_ONCE: usize = 16;

/// Signatures that only the provider can make: never one with the client's secret.
pub(super) const SIGNATURES: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// Claims beside the standard ones.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Extra {
    #[serde(flatten)]
    all: Map<String, Value>,
}

impl AdditionalClaims for Extra {}

type Token = IdToken<Extra, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;
type Fields = IdTokenFields<
    Extra,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type Client = openidconnect::Client<
    Extra,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// What a provider said of itself, and when.
#[derive(Debug, Default)]
struct Said {
    metadata: Option<(Arc<ProviderMetadataWithLogout>, DateTime<Utc>)>,
    failed: Option<DateTime<Utc>>,
}

#[derive(Debug)]
pub(super) struct Provider {
    pub(super) settings: LoginSettings,
    redirect: RedirectUrl,
    logged_out: PostLogoutRedirectUrl,
    fetch: Fetch,
    /// Held while it is asked, so that it is asked once.
    said: Mutex<Said>,
    places: Semaphore,
    /// What it has said of logins that ended.
    pub(super) held: Held,
}

impl Provider {
    pub(super) fn new(settings: LoginSettings, base_url: &str) -> Result<Self, LoginSettingsError> {
        let error = |e: openidconnect::url::ParseError| LoginSettingsError::new("RASKVEJ_BASE_URL", e.to_string());
        let base = base_url.trim_end_matches('/');
        Ok(Self {
            redirect: RedirectUrl::new(format!("{base}/log-ind/{}/svar", settings.code)).map_err(error)?,
            logged_out: PostLogoutRedirectUrl::new(format!("{base}/log-ind")).map_err(error)?,
            fetch: Fetch::new(settings.issuer.url(), settings.ca_file.as_deref())?,
            settings,
            said: Mutex::default(),
            places: Semaphore::new(AT_ONCE),
            held: Held::default(),
        })
    }

    fn warn(&self, what: &str, error: &dyn std::fmt::Display) {
        tracing::warn!(provider = self.settings.code, %error, "{what}");
    }

    /// What it says of itself, from later than a time.
    pub(super) async fn metadata(
        &self,
        later_than: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Arc<ProviderMetadataWithLogout>, LoginFault> {
        let mut said = self.said.lock().await;
        let known = said.metadata.as_ref();
        if let Some((metadata, _)) = known.filter(|(_, at)| *at > later_than) {
            return Ok(metadata.clone());
        }
        // What was good an hour ago is better than nothing while it does not answer.
        let old = known.map(|(metadata, _)| metadata.clone()).ok_or(LoginFault::Away);
        if said.failed.is_some_and(|at| now - at < ASK_AGAIN) {
            return old;
        }
        let asked = ProviderMetadataWithLogout::discover_async(self.settings.issuer.clone(), &self.fetch).await;
        match asked.map_err(|error| Causes(&error).to_string()).and_then(|m| self.safe(m)) {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                *said = Said { metadata: Some((metadata.clone(), now)), failed: None };
                Ok(metadata)
            }
            Err(error) => {
                said.failed = Some(now);
                self.warn("udbyderen siger intet brugbart om sig selv", &error);
                old
            }
        }
    }

    /// How many keys it signs with, if it answers and says what a login needs.
    pub(super) async fn answers(&self) -> Result<usize, String> {
        let asked = ProviderMetadataWithLogout::discover_async(self.settings.issuer.clone(), &self.fetch).await;
        let metadata = asked.map_err(|error| Causes(&error).to_string()).and_then(|m| self.safe(m))?;
        match metadata.jwks().keys().len() {
            0 => Err("den har ingen nøgler, som svar kan efterprøves med".to_owned()),
            keys => Ok(keys),
        }
    }

    /// People and codes are sent only where nobody can listen.
    fn safe(&self, metadata: ProviderMetadataWithLogout) -> Result<ProviderMetadataWithLogout, String> {
        let local = is_loopback(self.settings.issuer.url());
        let is_safe = |url: &Url| if local { is_safe(url) } else { url.scheme() == "https" };
        let token = metadata.token_endpoint().ok_or("den har intet token_endpoint")?.url();
        let end = metadata.additional_metadata().end_session_endpoint.as_ref().map(|end| end.url());
        let all = [metadata.authorization_endpoint().url(), token].into_iter().chain(end);
        let all_safe = all.into_iter().all(is_safe);
        if all_safe { Ok(metadata) } else { Err("den nævner adresser, der ikke er https".to_owned()) }
    }

    fn client(&self, metadata: &ProviderMetadataWithLogout) -> Client {
        let id = ClientId::new(self.settings.client_id.clone());
        let client = Client::from_provider_metadata(metadata.clone(), id, Some(self.settings.secret.clone()))
            .set_redirect_uri(self.redirect.clone());
        let methods = metadata.token_endpoint_auth_methods_supported();
        let only_body = methods.is_some_and(|all| !all.contains(&CoreClientAuthMethod::ClientSecretBasic));
        if only_body { client.set_auth_type(AuthType::RequestBody) } else { client }
    }

    pub(super) async fn begin(&self, onward: &str, now: DateTime<Utc>) -> Result<(String, Ticket), LoginFault> {
        let metadata = self.metadata(now - BELIEVED, now).await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let client = self.client(&metadata);
        let request = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
            .add_scopes(self.settings.scopes.iter().cloned().map(Scope::new))
            .set_pkce_challenge(challenge);
        let (address, state, nonce) = request.url();
        let ticket = Ticket {
            provider: self.settings.code.clone(),
            state: state.secret().clone(),
            nonce: nonce.secret().clone(),
            verifier: verifier.secret().clone(),
            onward: onward.to_owned(),
            begun: now,
        };
        Ok((address.into(), ticket))
    }

    pub(super) async fn finish(&self, ticket: &Ticket, code: &str, now: DateTime<Utc>) -> Result<Identity, LoginFault> {
        let _place = self.places.try_acquire().map_err(|_| LoginFault::Busy)?;
        let metadata = self.metadata(now - BELIEVED, now).await?;
        let token = self.exchange(&self.client(&metadata), ticket, code).await?;
        match self.identity(&metadata, &token, ticket, now) {
            Err(ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey
                | SignatureVerificationError::CryptoError(_)
                | SignatureVerificationError::AmbiguousKeyId(_),
            )) => {
                let metadata = self.metadata(now - KEYS_AGAIN, now).await?;
                self.identity(&metadata, &token, ticket, now)
            }
            answer => answer,
        }
        .unwrap_or_else(|error| {
            self.warn("udbyderens svar holder ikke", &kind(&error));
            Err(LoginFault::Invalid)
        })
    }

    async fn exchange(&self, client: &Client, ticket: &Ticket, code: &str) -> Result<Token, LoginFault> {
        let request = client.exchange_code(AuthorizationCode::new(code.to_owned()));
        let request = request.map_err(|_| LoginFault::Invalid)?;
        let request = request.set_pkce_verifier(PkceCodeVerifier::new(ticket.verifier.clone()));
        let answer = request.request_async(&self.fetch).await;
        match answer {
            Ok(tokens) => tokens.id_token().cloned().ok_or_else(|| {
                self.warn("udbyderens svar holder ikke", &"intet ID-token");
                LoginFault::Invalid
            }),
            Err(RequestTokenError::Request(error)) => {
                self.warn("udbyderen svarer ikke", &Causes(&error));
                Err(LoginFault::Away)
            }
            Err(RequestTokenError::ServerResponse(refusal)) => {
                let code = match refusal.error() {
                    CoreErrorResponseType::Extension(_) => "en anden grund",
                    known => known.as_ref(),
                };
                self.warn("udbyderen afviser koden", &code);
                // A code that was used before, or came too late, is what a person meets; the rest is for the operator.
                let stale = *refusal.error() == CoreErrorResponseType::InvalidGrant;
                Err(if stale { LoginFault::Stale } else { LoginFault::Invalid })
            }
            Err(_) => {
                self.warn("udbyderens svar holder ikke", &"det kan ikke læses");
                Err(LoginFault::Invalid)
            }
        }
    }

    /// The person of a token that holds: signed by the provider, for us, just now, and for this login.
    fn identity(
        &self,
        metadata: &ProviderMetadataWithLogout,
        token: &Token,
        ticket: &Ticket,
        now: DateTime<Utc>,
    ) -> Result<Result<Identity, LoginFault>, ClaimsVerificationError> {
        let issued_when = |at: DateTime<Utc>| {
            let right = at <= now + SKEW && at >= now - OLDEST - SKEW;
            right.then_some(()).ok_or_else(|| "udstedt på et andet tidspunkt".to_owned())
        };
        let client = self.client(metadata);
        let verifier = client
            .id_token_verifier()
            .set_allowed_algs(SIGNATURES)
            .set_time_fn(move || now - SKEW)
            .set_issue_time_verifier_fn(issued_when);
        let claims = token.claims(&verifier, &Nonce::new(ticket.nonce.clone()))?;
        let extra = &claims.additional_claims().all;
        let wanted = &self.settings.claims.number;
        let value = match wanted.as_str() {
            "sub" => Some(Value::from(claims.subject().as_str())),
            "preferred_username" => claims.preferred_username().map(|name| Value::from(name.as_str())),
            name => extra.get(name).cloned(),
        };
        let Some(nr) = value.as_ref().and_then(grants::number) else {
            self.warn("login uden medarbejdernummer", &format!("claimet {wanted} mangler eller er ikke ét nummer"));
            return Ok(Err(LoginFault::WithoutNumber));
        };
        Ok(Ok(Identity {
            issuer: claims.issuer().as_str().to_owned(),
            subject: claims.subject().as_str().to_owned(),
            session: extra.get("sid").and_then(Value::as_str).map(str::to_owned),
            nr,
            grants: grants::grants(extra, &self.settings.claims),
        }))
    }

    pub(super) async fn log_out(&self, now: DateTime<Utc>) -> Option<String> {
        let metadata = self.metadata(now - BELIEVED, now).await.ok()?;
        let end = metadata.additional_metadata().end_session_endpoint.clone()?;
        let request = LogoutRequest::from(end)
            .set_client_id(ClientId::new(self.settings.client_id.clone()))
            .set_post_logout_redirect_uri(self.logged_out.clone());
        Some(request.http_get_url().into())
    }
}

/// What does not hold, without a word of what stood there.
const fn kind(error: &ClaimsVerificationError) -> &'static str {
    match error {
        ClaimsVerificationError::Expired(_) => "udløbet, eller udstedt på et andet tidspunkt",
        ClaimsVerificationError::InvalidAudience(_) => "til en anden klient",
        ClaimsVerificationError::InvalidIssuer(_) => "fra en anden udsteder",
        ClaimsVerificationError::InvalidNonce(_) => "nonce passer ikke",
        ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey) => {
            "signeret med en nøgle, som udbyderen ikke nævner"
        }
        ClaimsVerificationError::SignatureVerification(_) => "signaturen passer ikke",
        _ => "det kan ikke læses",
    }
}
