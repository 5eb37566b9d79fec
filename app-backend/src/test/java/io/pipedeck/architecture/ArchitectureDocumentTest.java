package io.pipedeck.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/architecture.md} knows every package, and no link of the documents leads nowhere. */
class ArchitectureDocumentTest {
  private static final Path DOCS = Path.of("../docs");
  private static final Path SOURCES = Path.of("src/main/java/io/pipedeck");
  private static final Pattern LINK = Pattern.compile("\\]\\((?<file>[^)#:]+)(#[^)]*)?\\)");

  @Test
  void namesEveryPackage() throws IOException {
    String document = Files.readString(DOCS.resolve("architecture.md"));

    try (Stream<Path> folders = Files.list(SOURCES)) {
      assertThat(folders.map(folder -> "\n| `" + folder.getFileName() + "` | "))
          .isNotEmpty()
          .allSatisfy(row -> assertThat(document).contains(row));
    }
  }

  @Test
  void everyLinkLeadsToAFile() throws IOException {
    List<Path> documents;
    try (Stream<Path> walk = Files.walk(DOCS)) {
      documents = walk.filter(file -> file.toString().endsWith(".md")).toList();
    }

    assertThat(documents).isNotEmpty();
    for (Path document : documents) {
      Matcher link = LINK.matcher(Files.readString(document));
      while (link.find()) {
        assertThat(document.resolveSibling(link.group("file"))).as(document.toString()).exists();
      }
    }
  }
}
