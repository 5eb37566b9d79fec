package io.pipedeck.config;

import org.jspecify.annotations.Nullable;

/**
 * Who may call.
 *
 * @param token an admin's bearer token, null for none
 * @param insecure whether to listen beyond this machine without any token
 * @param secretsKey 32 bytes, Base64: encrypts document passwords at rest, the same on all nodes;
 *     null to keep one in the data folder
 */
public record SecurityConfig(
    @Nullable String token, boolean insecure, @Nullable String secretsKey) {
  /** Says whether they are set, never what they are. */
  @Override
  public String toString() {
    return "SecurityConfig[token="
        + (token == null ? "none" : "***")
        + ", insecure="
        + insecure
        + "]";
  }
}
