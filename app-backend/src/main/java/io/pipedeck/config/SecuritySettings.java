package io.pipedeck.config;

import java.util.List;

/** Who may call, and what is kept secret. */
final class SecuritySettings {
  static final Setting<String> PIPELINE_TOKEN =
      Setting.of(
              "pipeline-token",
              "security.token",
              Kinds.token("a token of plain ASCII without blanks"),
              "An admin's bearer token.")
          .asSecret();

  /** Its name has our prefix: an INSECURE that another program reads must not open this one. */
  static final Setting<Boolean> INSECURE =
      Setting.of(
              "insecure",
              "security.insecure",
              Kinds.flag(),
              "Listen beyond this machine without any token.")
          .environment("PIPEDECK_INSECURE")
          .preset("false");

  static final Setting<String> SECRETS_KEY =
      Setting.of(
              "secrets-key",
              "security.secretsKey",
              Kinds.key256(),
              "Encrypts document passwords at rest, the same on all nodes; without it one is kept in"
                  + " the data folder.")
          .asSecret();

  static final List<Setting<?>> ALL = List.of(PIPELINE_TOKEN, INSECURE, SECRETS_KEY);

  private SecuritySettings() {}
}
