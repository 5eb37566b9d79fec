package io.pipedeck.ui.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.api.ErrorCode;
import io.pipedeck.api.JobStatus;
import io.pipedeck.ui.control.UiAction;
import io.pipedeck.ui.frame.Appearance;
import io.pipedeck.ui.send.LeftOut;
import io.pipedeck.ui.send.TargetQueue;
import io.pipedeck.ui.text.Texts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every text is in the bundle once, and every text of the bundle is shown somewhere. */
class BundleTest {
  private static final Path MAIN = Path.of("src/main");
  private static final Path BUNDLE = MAIN.resolve("resources/io/pipedeck/ui/messages.properties");
  private static final Pattern KEY = Pattern.compile("\"([a-z][A-Za-z]*(?:\\.[A-Za-z_0-9]+)+)\"");
  private static final Pattern FXML_KEY = Pattern.compile("\"%([^\"]+)\"");

  /** What the contract names and the console has words for; a new name shows as it is. */
  private static final List<String> OPEN_FAMILIES =
      List.of("stage.", "waiting.", "problem.", "attempt.", "queue.");

  @Test
  void noKeyIsThereTwice() throws IOException {
    List<String> keys = declared();

    assertThat(keys).doesNotHaveDuplicates();
  }

  @Test
  void noKeyIsMissing() throws IOException {
    var texts = Texts.of(Locale.ENGLISH);

    assertThat(used()).filteredOn(key -> !texts.has(key)).isEmpty();
  }

  @Test
  void noKeyIsUnused() throws IOException {
    Set<String> used = used();

    assertThat(declared())
        .filteredOn(key -> !used.contains(key))
        .filteredOn(key -> OPEN_FAMILIES.stream().noneMatch(key::startsWith))
        .isEmpty();
  }

  @Test
  void everyTextIsAFormatThatCanBeRead() throws IOException {
    var texts = Texts.of(Locale.ENGLISH);
    for (String key : declared()) {
      assertThat(new MessageFormat(texts.get(key), Locale.ENGLISH).getFormats()).isNotNull();
      assertThat(texts.get(key)).as(key).isNotBlank().doesNotContain("TODO");
    }
  }

  @Test
  void textsWithoutValuesHaveNoDoubledQuotes() throws IOException {
    // Only MessageFormat halves them, and texts without values are shown as they are.
    Set<String> formatted = formatted();
    var texts = Texts.of(Locale.ENGLISH);

    assertThat(declared())
        .filteredOn(key -> !formatted.contains(key))
        .filteredOn(key -> texts.get(key).contains("''"))
        .isEmpty();
  }

  private static List<String> declared() throws IOException {
    return Files.readAllLines(BUNDLE).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(line -> line.substring(0, line.indexOf('=')))
        .toList();
  }

  private static Set<String> used() throws IOException {
    Set<String> keys = new TreeSet<>();
    for (Path file : sources(".fxml")) {
      FXML_KEY.matcher(Files.readString(file)).results().forEach(hit -> keys.add(hit.group(1)));
    }
    Set<String> families = declaredFamilies();
    for (Path file : sources(".java")) {
      KEY.matcher(Files.readString(file))
          .results()
          .map(hit -> hit.group(1))
          .filter(key -> families.contains(key.substring(0, key.indexOf('.'))))
          .filter(key -> !key.endsWith("."))
          .forEach(keys::add);
    }
    keys.removeIf(key -> key.startsWith("console.") || key.startsWith("os."));
    keys.addAll(composed());
    return keys;
  }

  private static Set<String> declaredFamilies() throws IOException {
    return declared().stream()
        .map(key -> key.substring(0, key.indexOf('.')))
        .collect(Collectors.toSet());
  }

  /** Keys that code puts together from a closed set of names. */
  private static List<String> composed() {
    List<String> keys = new ArrayList<>();
    for (UiAction action : UiAction.values()) {
      keys.add(action.textKey());
    }
    for (JobStatus status : JobStatus.values()) {
      keys.add("status." + status.wireName());
      keys.add("jobs.title." + status.wireName());
    }
    for (ErrorCode code : ErrorCode.values()) {
      keys.add("error." + code.wireName() + ".short");
      keys.add("error." + code.wireName() + ".title");
      keys.add("error." + code.wireName() + ".remedy");
    }
    for (TargetQueue queue : TargetQueue.values()) {
      keys.add("queue." + queue.wireName());
      keys.add("send.queue.hint." + queue.wireName());
    }
    for (Appearance.Choice choice : Appearance.Choice.values()) {
      keys.add("appearance." + choice.wireName());
    }
    for (LeftOut.Reason reason : LeftOut.Reason.values()) {
      keys.add("send.leftOut." + reason.name().toLowerCase(Locale.ROOT));
    }
    Arrays.asList(
            "status",
            "file",
            "progress",
            "realm",
            "queue",
            "created",
            "duration",
            "attempt",
            "worker",
            "id")
        .forEach(column -> keys.add("jobs.column." + column));
    return keys;
  }

  private static Set<String> formatted() throws IOException {
    var format = Pattern.compile("format\\(\\s*\"([^\"]+)\"");
    Set<String> keys = new TreeSet<>();
    for (Path file : sources(".java")) {
      format.matcher(Files.readString(file)).results().forEach(hit -> keys.add(hit.group(1)));
    }
    return keys;
  }

  private static List<Path> sources(String ending) throws IOException {
    try (Stream<Path> files = Files.walk(MAIN)) {
      return files.filter(file -> file.toString().endsWith(ending)).toList();
    }
  }
}
