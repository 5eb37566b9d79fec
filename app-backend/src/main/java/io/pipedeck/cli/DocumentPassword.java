package io.pipedeck.cli;

import io.pipedeck.app.StartException;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Where a command takes the password of a document from. Never an argument: everybody on the
 * machine can read those.
 */
final class DocumentPassword {
  /** The environment variable with the password. */
  static final String VARIABLE = "DOCUMENT_PASSWORD";

  @Option(
      names = "--password",
      description =
          "Ask for the document's password; without a terminal it is the first line of standard input.")
  private boolean ask;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description =
          "File with the document's password. Default: the variable "
              + VARIABLE
              + ", else no password.")
  private @Nullable Path file;

  /**
   * The password, null where none was given.
   *
   * @throws StartException if it was to be given and could not be read
   */
  @Nullable String read() {
    try {
      if (file != null) {
        // Editors end a file with a line break, which belongs to no password.
        return given(Files.readString(file).replaceFirst("\\R\\z", ""));
      }
      if (ask) {
        return given(asked());
      }
    } catch (IOException e) {
      throw new StartException("The document's password can't be read: " + e.getMessage(), e);
    }
    String variable = System.getenv(VARIABLE);
    return variable == null || variable.isEmpty() ? null : variable;
  }

  private static @Nullable String asked() throws IOException {
    var terminal = Optional.ofNullable(System.console()).filter(Console::isTerminal);
    if (terminal.isPresent()) {
      char[] typed = terminal.get().readPassword("Password of the document: ");
      return typed == null ? null : new String(typed);
    }
    return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
  }

  private static String given(@Nullable String password) {
    if (password == null || password.isEmpty()) {
      throw new StartException("No password was given.", null);
    }
    return password;
  }
}
