package io.pipedeck.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * A temporary folder that others may enter, with a name that careless programs stumble over.
 * JUnit's own is closed to others, so that root's servers would need a user namespace in it.
 */
final class OpenFolder implements TempDirFactory {
  @Override
  public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context)
      throws IOException {
    Path folder = Files.createTempDirectory("pipedeck ā é \uD83D\uDCC4 ");
    Durable.setMode(folder, "rwxr-xr-x");
    return folder;
  }
}
