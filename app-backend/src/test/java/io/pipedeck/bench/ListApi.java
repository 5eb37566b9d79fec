package io.pipedeck.bench;

import io.pipedeck.db.Database;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The API as a process of its own, on servers that run already. */
final class ListApi implements AutoCloseable {
  private static final Pattern LISTENS = Pattern.compile("(https?://\\S+:\\d+)");

  private final Process process;
  private final URI url;

  private ListApi(Process process, URI url) {
    this.process = process;
    this.url = url;
  }

  /** Starts it; returns when it listens. */
  static ListApi start(Path home, Database.Login database, URI redis) throws IOException {
    var builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                "io.pipedeck.cli.Main",
                "api"));
    var environment = builder.environment();
    environment.put("PIPEDECK_HOME", home.resolve("api").toString());
    environment.put("PORT", "0");
    environment.put("DOCUMENT_STORE", "postgres");
    environment.put("DATABASE_POOL_MAX", "16");
    environment.put("DATABASE_URL", url(database));
    environment.put("REDIS_URL", redis.toString());
    environment.put("LC_ALL", "C.UTF-8");
    Process process = builder.redirectErrorStream(true).start();
    BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
    var said = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      said.append(line).append('\n');
      Matcher listens = LISTENS.matcher(line);
      if (line.contains("isten") && listens.find()) {
        Thread.ofVirtual().start(() -> lines.lines().forEach(_ -> {}));
        return new ListApi(process, URI.create(listens.group(1)));
      }
    }
    throw new IOException("the API did not start:\n" + said);
  }

  private static String url(Database.Login login) {
    String user = URLEncoder.encode(String.valueOf(login.user()), StandardCharsets.UTF_8);
    String password = URLEncoder.encode(String.valueOf(login.password()), StandardCharsets.UTF_8);
    return login
        .jdbcUrl()
        .replace("jdbc:postgresql://", "postgresql://" + user + ":" + password + "@");
  }

  URI url() {
    return url;
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
