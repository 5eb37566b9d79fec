package io.pipedeck.config;

import java.nio.file.Path;
import java.util.List;

/** How the HTTP server listens. */
final class HttpSettings {
  static final Setting<String> HOST =
      Setting.of("host", "http.host", Kinds.host(), "Address the HTTP server listens on.")
          .preset("127.0.0.1");

  static final Setting<Integer> PORT =
      Setting.of(
              "port",
              "http.port",
              Kinds.whole(0, 65535, ""),
              "Port the HTTP server listens on; 0 takes a free one.")
          .preset("10000");

  static final Setting<Integer> MAX_UPLOAD_MB =
      Setting.of(
              "max-upload-mb",
              "http.maxUploadBytes",
              Kinds.whole(1, 102_400, "MiB"),
              "Largest document that is taken.")
          .preset("512");

  static final Setting<Path> TLS_CERT =
      Setting.of(
          "tls-cert",
          "http.tlsCert",
          Kinds.path("a PEM file with the certificate chain, given together with tls-key"),
          "Certificate chain; HTTPS instead of HTTP.");

  static final Setting<Path> TLS_KEY =
      Setting.of(
          "tls-key",
          "http.tlsKey",
          Kinds.path("a PEM file with the private key, given together with tls-cert"),
          "Private key of the certificate.");

  static final List<Setting<?>> ALL = List.of(HOST, PORT, MAX_UPLOAD_MB, TLS_CERT, TLS_KEY);

  private HttpSettings() {}
}
