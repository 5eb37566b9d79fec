package io.pipedeck.config;

import io.pipedeck.config.ConfigException.Mistake;
import java.util.Optional;

/** The settings' values: what the layers say, else the defaults. */
record Values(Layers layers) {

  /** What is wrong with a setting, empty if it can be read or isn't set. */
  Optional<Mistake> mistake(Setting<?> setting) {
    Optional<Layer.Found> found = layers.find(setting);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    String text = found.get().text();
    try {
      setting.kind().reader().read(text);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      String said = setting.secret() ? "its value " : "\"" + text + "\" ";
      return Optional.of(mistake(setting, said + e.getMessage(), setting.kind().right()));
    }
  }

  /** A mistake about a setting, wherever it was said. */
  Mistake mistake(Setting<?> setting, String wrong, String right) {
    String source = layers.find(setting).map(Layer.Found::source).orElse("default");
    return new Mistake(setting.key(), source, wrong, right);
  }

  boolean isSet(Setting<?> setting) {
    return layers.find(setting).isPresent();
  }

  /** The value or the default, empty if there is neither. */
  <T> Optional<T> find(Setting<T> setting) {
    Optional<Layer.Found> found = layers.find(setting);
    return found.isPresent()
        ? found.map(value -> setting.kind().reader().read(value.text()))
        : setting.presetValue();
  }

  /** The value or the default of a setting that has one. */
  <T> T get(Setting<T> setting) {
    return find(setting)
        .orElseThrow(() -> new IllegalStateException(setting.key() + " has no default"));
  }
}
