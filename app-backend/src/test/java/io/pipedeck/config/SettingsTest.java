package io.pipedeck.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SettingsTest {
  private static final Path DOCUMENT = Path.of("../docs/configuration.md");
  private static final String BEGIN = "<!-- settings: begin -->\n";
  private static final String END = "<!-- settings: end -->";

  @Test
  void everyComponentOfTheTreeIsFedByOneSetting() {
    assertThat(Settings.all().stream().map(Setting::component))
        .containsExactlyElementsOf(components(Config.class, ""));
  }

  @Test
  void keysAndNamesAreUniqueAndWellFormed() {
    assertThat(Settings.all()).extracting(Setting::key).doesNotHaveDuplicates();
    assertThat(Settings.all()).extracting(Setting::environment).doesNotHaveDuplicates();
    assertThat(Settings.all())
        .allSatisfy(
            setting -> {
              assertThat(setting.key()).matches("[a-z]+(-[a-z]+)*");
              assertThat(setting.environment()).matches("[A-Z]+(_[A-Z]+)*");
              assertThat(setting.meaning()).endsWith(".");
            });
  }

  static List<Setting<?>> settings() {
    return Settings.all();
  }

  @ParameterizedTest
  @MethodSource("settings")
  void everyDefaultIsAValueThatTheSettingTakes(Setting<?> setting) {
    assertThat(setting.presetValue().isPresent()).isEqualTo(setting.preset() != null);
  }

  /** Both directions: a row that is missing in the document fails, and so does one too many. */
  @Test
  void theDocumentShowsTheTable() throws IOException {
    String text = Files.readString(DOCUMENT);

    assertThat(text).contains(BEGIN).contains(END);
    assertThat(text.substring(text.indexOf(BEGIN) + BEGIN.length(), text.indexOf(END)))
        .isEqualTo(table());
  }

  @ParameterizedTest
  @CsvSource({
    "render/render.yaml, '^ +- key: ([A-Z_]+)$'",
    "systemd/pipedeck.env.example, '^#([A-Z_]+)='",
    "docker/Dockerfile, '^    (P[A-Z_]+|HOST)='",
  })
  void packagesNameOnlySettingsThatExist(String file, String name) throws IOException {
    var names =
        Pattern.compile(name, Pattern.MULTILINE)
            .matcher(Files.readString(Path.of("../packaging").resolve(file)))
            .results()
            .map(match -> match.group(1))
            .filter(variable -> !variable.equals("PATH"))
            .toList();

    assertThat(names).isNotEmpty();
    assertThat(Settings.all().stream().map(Setting::environment)).containsAll(names);
  }

  private static String table() {
    var table = new StringBuilder();
    table.append(
        "| key | environment | type, unit of a bare number | default | right is | meaning |\n");
    table.append("| --- | --- | --- | --- | --- | --- |\n");
    for (Setting<?> setting : Settings.all()) {
      table
          .append("| `" + setting.key() + "` | `" + setting.environment() + "` | ")
          .append(setting.kind().type())
          .append(setting.kind().unit().isEmpty() ? "" : ", " + setting.kind().unit())
          .append(setting.secret() ? ", secret" : "")
          .append(setting.preset() == null ? " | –" : " | `" + setting.preset() + "`")
          .append(" | " + setting.kind().right() + " | " + setting.meaning() + " |\n");
    }
    return table.toString();
  }

  private static List<String> components(Class<?> type, String prefix) {
    List<String> names = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      boolean branch = component.getType().getSimpleName().endsWith("Config");
      String name = prefix + component.getName();
      names.addAll(branch ? components(component.getType(), name + ".") : List.of(name));
    }
    return names;
  }
}
