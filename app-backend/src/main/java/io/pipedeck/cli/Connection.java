package io.pipedeck.cli;

import io.pipedeck.api.BackendFile;
import io.pipedeck.api.PipedeckClient;
import io.pipedeck.app.StartException;
import io.pipedeck.config.Config;
import io.pipedeck.config.ConfigLoader;
import io.pipedeck.config.ConfigSources;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Which backend a command talks to: the one named, else the one on the data folder, else the one on
 * PORT.
 */
final class Connection {
  @Option(
      names = "--server",
      paramLabel = "URL",
      description =
          "The backend, such as http://127.0.0.1:10000. Default: the one that runs on the data folder.")
  private @Nullable URI server;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "File with the bearer token. Default: PIPELINE_TOKEN, or the backend's own.")
  private @Nullable Path tokenFile;

  PipedeckClient client() {
    Config config = ConfigLoader.load(ConfigSources.ofProcess(Map.of()));
    try {
      Optional<BackendFile> running =
          server == null ? BackendFile.find(config.home()) : Optional.empty();
      URI url =
          server != null
              ? server
              : running
                  .map(BackendFile::url)
                  .orElseGet(() -> URI.create("http://127.0.0.1:" + config.http().port()));
      return new PipedeckClient(url, token(config, running));
    } catch (IOException e) {
      throw new StartException("The token can't be read: " + e.getMessage(), e);
    }
  }

  private @Nullable String token(Config config, Optional<BackendFile> running) throws IOException {
    if (tokenFile != null) {
      return Files.readString(tokenFile).strip();
    }
    String token = running.map(BackendFile::token).orElse(config.security().token());
    return token == null || token.isEmpty() ? null : token;
  }
}
