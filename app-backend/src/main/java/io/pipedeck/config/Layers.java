package io.pipedeck.config;

import io.pipedeck.config.ConfigException.Mistake;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads all places that settings come from, the ones that count most first: flags, environment,
 * {@code .env}, {@code pipedeck.properties}, the command's defaults. What can't be read goes to the
 * mistakes.
 */
final class Layers {
  static final String DOT_ENV = ".env";
  static final String PROPERTIES = "pipedeck.properties";

  private final List<Layer> layers = new ArrayList<>();
  private final List<Mistake> mistakes = new ArrayList<>();

  private Layers() {}

  static Layers read(ConfigSources sources, Map<String, String> presets) {
    var layers = new Layers();
    layers.addNamed(new Layer(Layer.Form.KEY, "flag --", sources.flags()));
    layers.layers.add(
        new Layer(Layer.Form.ENVIRONMENT, "environment variable ", sources.environment()));
    Set<Path> workingFirst =
        new LinkedHashSet<>(List.of(sources.workingDirectory(), sources.home()));
    workingFirst.forEach(folder -> layers.addDotEnv(folder.resolve(DOT_ENV)));
    Set<Path> homeFirst = new LinkedHashSet<>(List.of(sources.home(), sources.workingDirectory()));
    homeFirst.forEach(folder -> layers.addProperties(folder.resolve(PROPERTIES)));
    layers.addNamed(new Layer(Layer.Form.KEY, "default of this command, ", presets));
    return layers;
  }

  /** What the place that counts most says about a setting. */
  Optional<Layer.Found> find(Setting<?> setting) {
    return layers.stream().flatMap(layer -> layer.find(setting).stream()).findFirst();
  }

  /** What is wrong with the places themselves. */
  List<Mistake> mistakes() {
    return List.copyOf(mistakes);
  }

  private void addDotEnv(Path file) {
    DotEnv.Content content = DotEnv.read(text(file));
    for (DotEnv.Complaint complaint : content.complaints()) {
      mistakes.add(
          new Mistake(
              "line " + complaint.line(),
              file.toString(),
              complaint.wrong(),
              "NAME=value, NAME=\"value\" or a comment after #"));
    }
    var layer = new Layer(Layer.Form.ENVIRONMENT, file + ", ", content.values());
    refuseHome(layer);
    layers.add(layer);
  }

  private void addProperties(Path file) {
    Map<String, String> values = new TreeMap<>();
    var properties = new Properties();
    try {
      properties.load(new StringReader(text(file).replaceFirst("^\uFEFF", "")));
    } catch (IllegalArgumentException _) {
      // Only \\u with something else than four hexadecimal digits; the message may hold a value.
      mistakes.add(
          new Mistake(
              PROPERTIES,
              file.toString(),
              "has a \\u that isn't followed by four hexadecimal digits",
              "\\\\ for a backslash"));
    } catch (IOException e) {
      throw new IllegalStateException("a text in memory can't fail", e);
    }
    properties.stringPropertyNames().forEach(key -> values.put(key, properties.getProperty(key)));
    var layer = new Layer(Layer.Form.KEY, file + ", ", values);
    refuseHome(layer);
    addNamed(layer);
  }

  /** Adds a layer whose names are all ours, so that an unknown one is a mistake. */
  private void addNamed(Layer layer) {
    for (String name : new TreeMap<>(layer.values()).keySet()) {
      if (Settings.all().stream().noneMatch(setting -> setting.key().equals(name))) {
        String right =
            Nearest.setting(name)
                .map(setting -> "did you mean " + setting.key() + "?")
                .orElse("one of the keys of docs/configuration.md");
        mistakes.add(new Mistake(name, layer.source(name), "there is no such setting", right));
      }
    }
    layers.add(layer);
  }

  private void refuseHome(Layer layer) {
    layer
        .find(Settings.HOME)
        .ifPresent(
            found ->
                mistakes.add(
                    new Mistake(
                        Settings.HOME.key(),
                        found.source(),
                        "is needed before this file is read",
                        Settings.HOME.environment() + " in the environment, or the flag --home")));
  }

  private String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException _) {
      return "";
    } catch (CharacterCodingException _) {
      addUnreadable(file, "is not UTF-8", "a file in UTF-8");
    } catch (IOException e) {
      String why = e.getClass().getSimpleName();
      addUnreadable(file, "can't be read: " + why, "a file that this user may read, or none");
    }
    return "";
  }

  private void addUnreadable(Path file, String wrong, String right) {
    mistakes.add(new Mistake(String.valueOf(file.getFileName()), file.toString(), wrong, right));
  }
}
