package io.pipedeck.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP listener.
 *
 * @param host address to bind, loopback by default
 * @param port 0 for a free one
 * @param maxUploadBytes largest document taken
 * @param tlsCert certificate chain (PEM), null for plain HTTP
 * @param tlsKey its private key (PEM), null for plain HTTP
 */
public record HttpConfig(
    String host, int port, long maxUploadBytes, @Nullable Path tlsCert, @Nullable Path tlsKey) {
  public HttpConfig {
    if (port < 0 || port > 65535 || maxUploadBytes < 1) {
      throw new IllegalArgumentException("port " + port + ", upload limit " + maxUploadBytes);
    }
    if ((tlsCert == null) != (tlsKey == null)) {
      throw new IllegalArgumentException("TLS certificate and key only together");
    }
  }
}
