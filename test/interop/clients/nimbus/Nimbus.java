import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.ClientCredentialsGrant;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenIntrospectionRequest;
import com.nimbusds.oauth2.sdk.TokenIntrospectionResponse;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.JWTAuthenticationClaimsSet;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.Audience;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.openid.connect.sdk.UserInfoRequest;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;

/** Asks for tokens as a machine, has one looked at, and prints what it reads of refusals: ISSUER CLIENT_ID CLIENT_SECRET KEY_FILE. */
public final class Nimbus {
  public static void main(String[] args) throws Exception {
    OIDCProviderMetadata server = OIDCProviderMetadata.resolve(new Issuer(args[0]));
    ClientSecretBasic client = new ClientSecretBasic(new ClientID(args[1]), new Secret(args[2]));

    TokenResponse granted = ask(new TokenRequest(server.getTokenEndpointURI(), client, new ClientCredentialsGrant(), new Scope("openid")));
    BearerAccessToken token = granted.toSuccessResponse().getTokens().getBearerAccessToken();
    HTTPResponse looked = new TokenIntrospectionRequest(server.getIntrospectionEndpointURI(), client, token).toHTTPRequest().send();
    System.out.println("active: " + TokenIntrospectionResponse.parse(looked).toSuccessResponse().isActive());

    boolean isListed = server.getTokenEndpointAuthMethods().contains(ClientAuthenticationMethod.PRIVATE_KEY_JWT);
    PrivateKey key = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(Files.readAllBytes(Path.of(args[3]))));
    Audience audience = new Audience(server.getIssuer());
    PrivateKeyJWT signed = new PrivateKeyJWT(new JWTAuthenticationClaimsSet(client.getClientID(), audience), JWSAlgorithm.RS256, key, null, null);
    granted = ask(new TokenRequest(server.getTokenEndpointURI(), signed, new ClientCredentialsGrant(), new Scope("openid")));
    System.out.println("by key: " + isListed + " " + granted.indicatesSuccess());

    URI nowhere = URI.create("http://127.0.0.1/callback");
    AuthorizationCodeGrant bad = new AuthorizationCodeGrant(new AuthorizationCode("nosuch"), nowhere);
    TokenResponse refused = ask(new TokenRequest(server.getTokenEndpointURI(), new ClientID("flowkiwi-cli"), bad));
    System.out.println("bad code: " + refused.toErrorResponse().getErrorObject().getCode());

    ClientSecretBasic wrong = new ClientSecretBasic(new ClientID(args[1]), new Secret("wrong"));
    refused = ask(new TokenRequest(server.getTokenEndpointURI(), wrong, new ClientCredentialsGrant()));
    System.out.println("bad secret: " + refused.toErrorResponse().getErrorObject().getCode());

    HTTPResponse stranger = new UserInfoRequest(server.getUserInfoEndpointURI(), new BearerAccessToken("nosuch")).toHTTPRequest().send();
    System.out.println("bad token: " + stranger.getEntityContentType().getType());
  }

  private static TokenResponse ask(TokenRequest request) throws Exception {
    return TokenResponse.parse(request.toHTTPRequest().send());
  }
}
