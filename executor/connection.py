"""What goes wrong before DynamoDB can answer: credentials, Region, endpoint, network. One sentence each."""

from __future__ import annotations

from botocore import exceptions as bc
from botocore.parsers import ResponseParserError

from executor.failure import ErrorKind, Failure

CLIENT_ERRORS = (bc.BotoCoreError, bc.ClientError, ResponseParserError)
"""Everything that a call of the AWS client raises."""

_Kinds = tuple[type[Exception], ...]
_FINAL: tuple[tuple[_Kinds, str, str], ...] = (
    # First match wins; {error} is botocore's own text, {at} the endpoint.
    (
        (bc.NoCredentialsError, bc.PartialCredentialsError),
        "CredentialsMissing",
        "No credentials were found. Set them up, or name a profile with --profile:\n  aws configure",
    ),
    (
        (bc.ProfileNotFound, bc.ConfigNotFound, bc.ConfigParseError),
        "CredentialsMissing",
        "{error}. See which profiles there are:\n  aws configure list-profiles",
    ),
    (
        (bc.NoRegionError, bc.InvalidRegionError),
        "RegionMissing",
        "No usable Region is set. Name it with --region, or set a default:\n  aws configure set region eu-west-1",
    ),
    (
        (bc.SSOError, bc.SSOTokenLoadError, bc.TokenRetrievalError, bc.LoginError),
        "CredentialsExpired",
        "The single sign-on session has ended. Sign in again:\n  aws sso login",
    ),
    (
        (bc.CredentialRetrievalError, bc.MetadataRetrievalError, bc.RefreshWithMFAUnsupportedError),
        "CredentialsMissing",
        "The credentials' source did not hand them out. See what is wrong:\n  aws sts get-caller-identity",
    ),
    ((bc.ParamValidationError,), "InvalidArguments", "{error}."),
    (
        (bc.SSLError,),
        "EndpointUnreachable",
        "The certificate of {at} can't be verified. Set AWS_CA_BUNDLE to the file of the authority that signs it.",
    ),
    (
        (bc.UnknownEndpointError, bc.InvalidEndpointConfigurationError, bc.EndpointProviderError),
        "EndpointUnreachable",
        "{at} is no endpoint of DynamoDB. Check --endpoint-url and --region.",
    ),
)
_NOT_SENT: _Kinds = (bc.EndpointConnectionError, bc.ConnectTimeoutError, bc.ProxyConnectionError)
_UNREACHABLE = (
    "Nothing answers at {at}. Check --endpoint-url, --region and the network; the embedded engine needs none of them:\n"
    "  ddbplan local status"
)


def is_unsent(error: BaseException) -> bool:
    """Whether no connection came about, so that nothing can have been carried out."""
    return isinstance(error, (*_NOT_SENT, bc.SSLError))


def of_client(error: Exception, endpoint: str) -> Failure:
    """What an error means that the client raised by itself."""
    at = endpoint or "the endpoint"
    for kinds, code, sentence in _FINAL:
        if isinstance(error, kinds):
            text = sentence.format(error=str(error).replace("\n", " ").rstrip("."), at=at)
            return Failure(kind=ErrorKind.FINAL, code=code, message=text)
    if isinstance(error, _NOT_SENT):
        return Failure(kind=ErrorKind.TRANSIENT, code="EndpointUnreachable", message=_UNREACHABLE.format(at=at))
    # What is left broke on the way: a connection cut, an answer cut or unreadable.
    return Failure(kind=ErrorKind.TRANSIENT, code="ServiceFailed", message=f"{at} broke off the answer.", sent=True)
