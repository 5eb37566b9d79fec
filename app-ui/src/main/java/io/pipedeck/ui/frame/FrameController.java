package io.pipedeck.ui.frame;

import atlantafx.base.controls.ModalPane;
import io.pipedeck.ui.connection.Connection;
import io.pipedeck.ui.control.Command;
import io.pipedeck.ui.control.NoticeStack;
import io.pipedeck.ui.control.NoticesViewModel;
import io.pipedeck.ui.control.ViewKit;
import io.pipedeck.ui.detail.JobDetailController;
import io.pipedeck.ui.jobs.JobsController;
import io.pipedeck.ui.jobs.JobsViewModel;
import io.pipedeck.ui.send.SendSheetController;
import io.pipedeck.ui.send.SendViewModel;
import io.pipedeck.ui.send.TransfersController;
import io.pipedeck.ui.send.TransfersViewModel;
import java.util.List;
import javafx.fxml.FXML;
import javafx.geometry.Orientation;
import javafx.geometry.Pos;
import javafx.scene.Parent;
import javafx.scene.control.Label;
import javafx.scene.control.MenuButton;
import javafx.scene.control.SplitPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;

/** Puts the window together: navigation, banner, screens, status bar and what lies over them. */
public final class FrameController {
  /** Below this width the detail goes under the list. */
  private static final double NARROW = 1060;

  private final Models models;
  private final Screens screens;
  private final ViewKit kit;
  private final Commands commands;

  @FXML private StackPane window;
  @FXML private VBox navigation;
  @FXML private MenuButton menu;
  @FXML private HBox banner;
  @FXML private StackPane center;
  @FXML private SplitPane split;
  @FXML private Label server;
  @FXML private Label state;
  @FXML private Label updated;
  @FXML private Label background;
  @FXML private StackPane startArea;
  @FXML private ModalPane modal;
  @FXML private StackPane dropOverlay;
  @FXML private Label dropWords;

  /** The states the frame shows. */
  public record Models(
      FrameViewModel frame,
      JobsViewModel jobs,
      SendViewModel send,
      TransfersViewModel transfers,
      NoticesViewModel notices,
      Connection connection,
      boolean bundled) {}

  /** What stands in the frame. */
  public record Screens(
      JobsController jobs,
      JobDetailController detail,
      TransfersController transfers,
      SendSheetController send) {}

  /** What the frame offers; {@code menu} in this order. */
  public record Commands(
      Command tryNow, Command tryAgain, Command copyOutput, List<Command> menu) {}

  public FrameController(Models models, Screens screens, ViewKit kit, Commands commands) {
    this.models = models;
    this.screens = screens;
    this.kit = kit;
    this.commands = commands;
  }

  @FXML
  void initialize() {
    var frame = models.frame();
    var views = kit.views();
    new Navigation(frame, models.jobs(), models.transfers(), kit).fill(navigation);
    menu.getItems().addAll(commands.menu().stream().map(kit.actions()::menuItem).toList());
    Parent transfers = views.load(screens.transfers());
    split.getItems().setAll(views.load(screens.jobs()), views.load(screens.detail()));
    center.getChildren().add(transfers);
    frame
        .screenProperty()
        .subscribe(
            screen -> {
              split.setVisible(screen == Screen.JOBS);
              transfers.setVisible(screen == Screen.TRANSFERS);
            });
    split.orientationProperty().bind(window.widthProperty().map(FrameController::orientation));
    var bannerView = new BannerView(banner, kit, commands.tryNow());
    frame.bannerProperty().subscribe(bannerView::show);
    new StatusBarView(models.connection(), models.transfers(), kit, models.bundled())
        .wire(server, state, updated, background);
    startArea
        .getChildren()
        .add(
            views.load(
                new StartController(
                    frame, kit, models.bundled(), commands.tryAgain(), commands.copyOutput())));
    frame
        .startProperty()
        .subscribe(now -> startArea.setVisible(now != FrameViewModel.StartState.DONE));
    var notices = new NoticeStack(models.notices(), kit.texts());
    StackPane.setAlignment(notices, Pos.BOTTOM_RIGHT);
    window.getChildren().add(notices);
    screens.jobs().onOpen(screens.detail()::focus);
    new SheetOverlay(modal, models.send(), screens.send()).wire(views.load(screens.send()));
    new DropTarget(dropOverlay, dropWords, kit.texts(), models.send()::add).wire(window);
  }

  /** Moves the keyboard from navigation to list to detail and around. */
  public void nextPane() {
    panes().next();
  }

  /** From the detail back to its row; in the list, lets go of the row. */
  public void back() {
    if (!panes().backToList()) {
      models.jobs().selectedProperty().set(null);
    }
  }

  /** The divider between list and detail, for what remembers it. */
  public SplitPane split() {
    return split;
  }

  /** The button whose menu holds what is not on a screen. */
  public MenuButton menu() {
    return menu;
  }

  private static Orientation orientation(Number width) {
    boolean narrow = width.doubleValue() > 0 && width.doubleValue() < NARROW;
    return narrow ? Orientation.VERTICAL : Orientation.HORIZONTAL;
  }

  private Panes panes() {
    return new Panes(navigation, screens.jobs(), screens.detail(), split);
  }
}
