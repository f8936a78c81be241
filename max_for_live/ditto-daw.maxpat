{
 "patcher": {
  "fileversion": 1,
  "appversion": {
   "major": 8,
   "minor": 5,
   "revision": 6,
   "architecture": "x64",
   "modernui": 1
  },
  "classnamespace": "box",
  "rect": [
   60.0,
   90.0,
   1240.0,
   760.0
  ],
  "openrect": [
   0.0,
   0.0,
   436.0,
   169.0
  ],
  "openinpresentation": 1,
  "default_fontsize": 10.0,
  "default_fontface": 0,
  "default_fontname": "Arial Bold",
  "gridsize": [
   8.0,
   8.0
  ],
  "boxanimatetime": 200,
  "devicewidth": 436.0,
  "boxes": [
   {
    "box": {
     "id": "obj-1",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 5,
     "patching_rect": [
      40.0,
      600.0,
      132.0,
      20.0
     ],
     "outlettype": [
      "",
      "",
      "",
      "",
      ""
     ],
     "text": "js ditto-daw.js",
     "saved_object_attributes": {
      "filename": "ditto-daw.js",
      "parameter_enable": 0
     },
     "textfile": {
      "filename": "ditto-daw.js",
      "flags": 0,
      "embed": 0,
      "autowatch": 0
     }
    }
   },
   {
    "box": {
     "id": "obj-2",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 19,
     "patching_rect": [
      40.0,
      40.0,
      1020.0,
      20.0
     ],
     "outlettype": [
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      ""
     ],
     "text": "route status progress shape takes envelopes prompt seed action lane genre mood key bars drafts variations amount strength side"
    }
   },
   {
    "box": {
     "id": "obj-3",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      740.0,
      40.0,
      108.0,
      20.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r ---refresh"
    }
   },
   {
    "box": {
     "id": "obj-4",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      900.0,
      40.0,
      68.0,
      20.0
     ],
     "outlettype": [
      "signal",
      "signal"
     ],
     "text": "plugin~"
    }
   },
   {
    "box": {
     "id": "obj-5",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      900.0,
      80.0,
      76.0,
      20.0
     ],
     "outlettype": [
      "signal",
      "signal"
     ],
     "text": "plugout~"
    }
   },
   {
    "box": {
     "id": "obj-6",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      40.0,
      660.0,
      188.0,
      20.0
     ],
     "text": "udpsend 127.0.0.1 7770"
    }
   },
   {
    "box": {
     "id": "obj-7",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      700.0,
      640.0,
      148.0,
      20.0
     ],
     "outlettype": [
      "",
      "",
      ""
     ],
     "text": "route listen self"
    }
   },
   {
    "box": {
     "id": "obj-8",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      700.0,
      670.0,
      108.0,
      20.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend port"
    }
   },
   {
    "box": {
     "id": "obj-9",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      700.0,
      700.0,
      204.0,
      20.0
     ],
     "outlettype": [
      ""
     ],
     "text": "udpreceive 7799 @quiet 1"
    }
   },
   {
    "box": {
     "id": "obj-10",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      670.0,
      188.0,
      20.0
     ],
     "text": "udpsend 127.0.0.1 7799"
    }
   },
   {
    "box": {
     "id": "obj-11",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      260.0,
      560.0,
      132.0,
      20.0
     ],
     "outlettype": [
      "bang",
      "int",
      "int"
     ],
     "text": "live.thisdevice"
    }
   },
   {
    "box": {
     "id": "obj-12",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      260.0,
      590.0,
      68.0,
      20.0
     ],
     "outlettype": [
      "bang",
      "bang",
      "bang"
     ],
     "text": "t b b b"
    }
   },
   {
    "box": {
     "id": "obj-13",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      400.0,
      640.0,
      220.0,
      20.0
     ],
     "outlettype": [
      "",
      "",
      ""
     ],
     "text": "pattr state @autorestore 1",
     "varname": "state",
     "saved_object_attributes": {
      "parameter_enable": 1,
      "parameter_mappable": 0
     },
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Ditto State",
       "parameter_shortname": "State",
       "parameter_type": 3,
       "parameter_invisible": 1,
       "parameter_info": "Kept with the Set: token, prompt, lane, what results were made with."
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-14",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      260.0,
      620.0,
      54.0,
      20.0
     ],
     "outlettype": [
      ""
     ],
     "text": "loaded"
    }
   },
   {
    "box": {
     "id": "obj-15",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      180.0,
      620.0,
      108.0,
      20.0
     ],
     "text": "s ---refresh"
    }
   },
   {
    "box": {
     "id": "obj-16",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      400.0,
      670.0,
      116.0,
      20.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend state"
    }
   },
   {
    "box": {
     "id": "obj-17",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      560.0,
      640.0,
      284.0,
      20.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "node.script helper.js @autostart 0",
     "saved_object_attributes": {
      "autostart": 0,
      "defer": 0,
      "watch": 0
     },
     "textfile": {
      "filename": "helper.js",
      "flags": 0,
      "embed": 0,
      "autowatch": 0
     }
    }
   },
   {
    "box": {
     "id": "obj-18",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      560.0,
      670.0,
      124.0,
      20.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend helper"
    }
   },
   {
    "box": {
     "id": "obj-19",
     "maxclass": "textedit",
     "numinlets": 1,
     "numoutlets": 4,
     "patching_rect": [
      190.0,
      80.0,
      132.0,
      32.0
     ],
     "outlettype": [
      "",
      "int",
      "",
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      6.0,
      6.0,
      132.0,
      32.0
     ],
     "parameter_enable": 0,
     "outputmode": 1,
     "keymode": 1,
     "varname": "prompt",
     "saved_attribute_attributes": {
      "bgcolor": {
       "expression": "themecolor.live_lcd_bg"
      },
      "textcolor": {
       "expression": "themecolor.live_lcd_control_fg"
      }
     },
     "annotation": "Free words, matched to genre, mood, key and roles.",
     "annotation_name": "Prompt",
     "hint": "Free words, matched to genre, mood, key and roles."
    }
   },
   {
    "box": {
     "id": "obj-20",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      190.0,
      110.0,
      188.0,
      20.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend control prompt"
    }
   },
   {
    "box": {
     "id": "obj-21",
     "maxclass": "live.menu",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      340.0,
      80.0,
      132.0,
      15.0
     ],
     "outlettype": [
      "",
      "",
      "float"
     ],
     "presentation": 1,
     "presentation_rect": [
      6.0,
      43.0,
      132.0,
      15.0
     ],
     "parameter_enable": 1,
     "varname": "action",
     "annotation": "What Go renders. Draft: Several quick sketches without control, as takes to choose from. New Loop: A new loop; where a draft is selected, that one, now under lane, notes and settings. Extend Loop: The clip stays and new bars follow that lead back to its beginning. Repair Loop: The clip's last beats are made anew, so that it loops. Continue: The music goes on after the clip, or comes before it; nothing loops. Fill Gap: Music between two clips, which both stay as they are. Accompany: Players for a MIDI clip's notes, or for the harmony and groove of an audio clip. Re-do Bars: The selected bars of a loop once more; every other sample stays. Vary: The same clip, a little or a lot different. Song: A long form in sections, from markers or the settings; heard while the rest renders.",
     "annotation_name": "Action",
     "hint": "What Go renders. Draft: Several quick sketches without control, as takes to choose from. New Loop: A new loop; where a draft is selected, that one, now under lane, notes and settings. Extend Loop: The clip stays and new bars follow that lead back to its beginning. Repair Loop: The clip's last beats are made anew, so that it loops. Continue: The music goes on after the clip, or comes before it; nothing loops. Fill Gap: Music between two clips, which both stay as they are. Accompany: Players for a MIDI clip's notes, or for the harmony and groove of an audio clip. Re-do Bars: The selected bars of a loop once more; every other sample stays. Vary: The same clip, a little or a lot different. Song: A long form in sections, from markers or the settings; heard while the rest renders.",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Action",
       "parameter_shortname": "Action",
       "parameter_annotation_name": "Action",
       "parameter_info": "What Go renders. Draft: Several quick sketches without control, as takes to choose from. New Loop: A new loop; where a draft is selected, that one, now under lane, notes and settings. Extend Loop: The clip stays and new bars follow that lead back to its beginning. Repair Loop: The clip's last beats are made anew, so that it loops. Continue: The music goes on after the clip, or comes before it; nothing loops. Fill Gap: Music between two clips, which both stay as they are. Accompany: Players for a MIDI clip's notes, or for the harmony and groove of an audio clip. Re-do Bars: The selected bars of a loop once more; every other sample stays. Vary: The same clip, a little or a lot different. Song: A long form in sections, from markers or the settings; heard while the rest renders.",
       "parameter_invisible": 1,
       "parameter_modmode": 0,
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0
       ],
       "parameter_type": 2,
       "parameter_enum": [
        "Draft",
        "New Loop",
        "Extend Loop",
        "Repair Loop",
        "Continue",
        "Fill Gap",
        "Accompany",
        "Re-do Bars",
        "Vary",
        "Song"
       ],
       "parameter_mmax": 9
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-22",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      110.0,
      188.0,
      20.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend control action"
    }
   },
   {
    "box": {
     "id": "obj-23",
     "maxclass": "live.comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      490.0,
      80.0,
      46.199999999999996,
      18.0
     ],
     "presentation": 1,
     "presentation_rect": [
      6.0,
      62.0,
      46.199999999999996,
      18.0
     ],
     "text": "Genre",
     "textjustification": 0
    }
   },
   {
    "box": {
     "id": "obj-24",
     "maxclass": "live.menu",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      640.0,
      80.0,
      85.8,
      15.0
     ],
     "outlettype": [
      "",
      "",
      "float"
     ],
     "presentation": 1,
     "presentation_rect": [
      52.199999999999996,
      62.0,
      85.8,
      15.0
     ],
     "parameter_enable": 1,
     "varname": "genre",
     "annotation": "What kind of music; empty: from the prompt, or free.",
     "annotation_name": "Genre",
     "hint": "What kind of music; empty: from the prompt, or free.",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Genre",
       "parameter_shortname": "Genre",
       "parameter_annotation_name": "Genre",
       "parameter_info": "What kind of music; empty: from the prompt, or free.",
       "parameter_invisible": 1,
       "parameter_modmode": 0,
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0.0
       ],
       "parameter_type": 2,
       "parameter_enum": [
        "any",
        "house",
        "techno",
        "hiphop",
        "lofi",
        "drum and bass",
        "pop",
        "rock",
        "funk",
        "jazz",
        "ambient"
       ],
       "parameter_mmax": 10
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-25",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      640.0,
      110.0,
      180.0,
      20.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend control genre"
    }
   },
   {
    "box": {
     "id": "obj-26",
     "maxclass": "live.comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      790.0,
      80.0,
      46.199999999999996,
      18.0
     ],
     "presentation": 1,
     "presentation_rect": [
      6.0,
      81.0,
      46.199999999999996,
      18.0
     ],
     "text": "Mood",
     "textjustification": 0
    }
   },
   {
    "box": {
     "id": "obj-27",
     "maxclass": "live.menu",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      940.0,
      80.0,
      85.8,
      15.0
     ],
     "outlettype": [
      "",
      "",
      "float"
     ],
     "presentation": 1,
     "presentation_rect": [
      52.199999999999996,
      81.0,
      85.8,
      15.0
     ],
     "parameter_enable": 1,
     "varname": "mood",
     "annotation": "How it feels; empty: from the prompt, or free.",
     "annotation_name": "Mood",
     "hint": "How it feels; empty: from the prompt, or free.",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Mood",
       "parameter_shortname": "Mood",
       "parameter_annotation_name": "Mood",
       "parameter_info": "How it feels; empty: from the prompt, or free.",
       "parameter_invisible": 1,
       "parameter_modmode": 0,
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0.0
       ],
       "parameter_type": 2,
       "parameter_enum": [
        "any",
        "bright",
        "calm",
        "dark",
        "energetic",
        "melancholic",
        "tense"
       ],
       "parameter_mmax": 6
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-28",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      940.0,
      110.0,
      172.0,
      20.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend control mood"
    }
   },
   {
    "box": {
     "id": "obj-29",
     "maxclass": "live.comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1090.0,
      80.0,
      46.199999999999996,
      18.0
     ],
     "presentation": 1,
     "presentation_rect": [
      6.0,
      100.0,
      46.199999999999996,
      18.0
     ],
     "text": "Key",
     "textjustification": 0
    }
   },
   {
    "box": {
     "id": "obj-30",
     "maxclass": "live.menu",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      40.0,
      150.0,
      85.8,
      15.0
     ],
     "outlettype": [
      "",
      "",
      "float"
     ],
     "presentation": 1,
     "presentation_rect": [
      52.199999999999996,
      100.0,
      85.8,
      15.0
     ],
     "parameter_enable": 1,
     "varname": "key",
     "annotation": "Tonic and mode; empty: from the prompt, or free.",
     "annotation_name": "Key",
     "hint": "Tonic and mode; empty: from the prompt, or free.",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Key",
       "parameter_shortname": "Key",
       "parameter_annotation_name": "Key",
       "parameter_info": "Tonic and mode; empty: from the prompt, or free.",
       "parameter_invisible": 1,
       "parameter_modmode": 0,
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0.0
       ],
       "parameter_type": 2,
       "parameter_enum": [
        "any",
        "C major",
        "C# major",
        "D major",
        "Eb major",
        "E major",
        "F major",
        "F# major",
        "G major",
        "Ab major",
        "A major",
        "Bb major",
        "B major",
        "C minor",
        "C# minor",
        "D minor",
        "Eb minor",
        "E minor",
        "F minor",
        "F# minor",
        "G minor",
        "Ab minor",
        "A minor",
        "Bb minor",
        "B minor"
       ],
       "parameter_mmax": 24
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-31",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      40.0,
      180.0,
      164.0,
      20.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend control key"
    }
   },
   {
    "box": {
     "id": "obj-32",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      40.0,
      560.0,
      108.0,
      20.0
     ],
     "text": "s ---refresh"
    }
   },
   {
    "box": {
     "id": "obj-33",
     "maxclass": "live.text",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      190.0,
      150.0,
      64.0,
      18.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      6.0,
      124.0,
      64.0,
      18.0
     ],
     "mode": 0,
     "text": "Go",
     "texton": "Go",
     "varname": "go",
     "parameter_enable": 1,
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Go",
       "parameter_shortname": "Go",
       "parameter_annotation_name": "Go",
       "parameter_info": "Render this action of the selected clip or place, and put the result into the Set.",
       "parameter_invisible": 1,
       "parameter_modmode": 0,
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0
       ],
       "parameter_type": 2,
       "parameter_enum": [
        "off",
        "on"
       ],
       "parameter_mmax": 1
      }
     },
     "annotation": "Render this action of the selected clip or place, and put the result into the Set.",
     "annotation_name": "Go",
     "hint": "Render this action of the selected clip or place, and put the result into the Set."
    }
   },
   {
    "box": {
     "id": "obj-34",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      190.0,
      180.0,
      52.0,
      20.0
     ],
     "outlettype": [
      "bang",
      "bang"
     ],
     "text": "t b b"
    }
   },
   {
    "box": {
     "id": "obj-35",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      40.0,
      480.0,
      68.0,
      20.0
     ],
     "outlettype": [
      ""
     ],
     "text": "press go"
    }
   },
   {
    "box": {
     "id": "obj-36",
     "maxclass": "live.text",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      340.0,
      150.0,
      64.0,
      18.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      74.0,
      124.0,
      64.0,
      18.0
     ],
     "mode": 0,
     "text": "Cancel",
     "texton": "Cancel",
     "varname": "cancel",
     "parameter_enable": 1,
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Cancel",
       "parameter_shortname": "Cancel",
       "parameter_annotation_name": "Cancel",
       "parameter_info": "Stop every job of this session; nothing is inserted.",
       "parameter_invisible": 1,
       "parameter_modmode": 0,
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0
       ],
       "parameter_type": 2,
       "parameter_enum": [
        "off",
        "on"
       ],
       "parameter_mmax": 1
      }
     },
     "annotation": "Stop every job of this session; nothing is inserted.",
     "annotation_name": "Cancel",
     "hint": "Stop every job of this session; nothing is inserted."
    }
   },
   {
    "box": {
     "id": "obj-37",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      180.0,
      36.0,
      20.0
     ],
     "outlettype": [
      "bang"
     ],
     "text": "t b"
    }
   },
   {
    "box": {
     "id": "obj-38",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      40.0,
      480.0,
      96.0,
      20.0
     ],
     "outlettype": [
      ""
     ],
     "text": "press cancel"
    }
   },
   {
    "box": {
     "id": "obj-39",
     "maxclass": "live.text",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      490.0,
      150.0,
      42.0,
      15.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      6.0,
      147.0,
      42.0,
      15.0
     ],
     "mode": 0,
     "text": "Keep",
     "texton": "Keep",
     "varname": "keep",
     "parameter_enable": 1,
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Keep",
       "parameter_shortname": "Keep",
       "parameter_annotation_name": "Keep",
       "parameter_info": "Enough: stop here and keep the best so far.",
       "parameter_invisible": 1,
       "parameter_modmode": 0,
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0
       ],
       "parameter_type": 2,
       "parameter_enum": [
        "off",
        "on"
       ],
       "parameter_mmax": 1
      }
     },
     "annotation": "Enough: stop here and keep the best so far.",
     "annotation_name": "Keep",
     "hint": "Enough: stop here and keep the best so far."
    }
   },
   {
    "box": {
     "id": "obj-40",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      490.0,
      180.0,
      36.0,
      20.0
     ],
     "outlettype": [
      "bang"
     ],
     "text": "t b"
    }
   },
   {
    "box": {
     "id": "obj-41",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      40.0,
      480.0,
      82.0,
      20.0
     ],
     "outlettype": [
      ""
     ],
     "text": "press keep"
    }
   },
   {
    "box": {
     "id": "obj-42",
     "maxclass": "live.text",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      640.0,
      150.0,
      42.0,
      15.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      51.0,
      147.0,
      42.0,
      15.0
     ],
     "mode": 0,
     "text": "Recall",
     "texton": "Recall",
     "varname": "recall",
     "parameter_enable": 1,
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Recall",
       "parameter_shortname": "Recall",
       "parameter_annotation_name": "Recall",
       "parameter_info": "Settings and seed of the selected result back into the controls.",
       "parameter_invisible": 1,
       "parameter_modmode": 0,
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0
       ],
       "parameter_type": 2,
       "parameter_enum": [
        "off",
        "on"
       ],
       "parameter_mmax": 1
      }
     },
     "annotation": "Settings and seed of the selected result back into the controls.",
     "annotation_name": "Recall",
     "hint": "Settings and seed of the selected result back into the controls."
    }
   },
   {
    "box": {
     "id": "obj-43",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      640.0,
      180.0,
      36.0,
      20.0
     ],
     "outlettype": [
      "bang"
     ],
     "text": "t b"
    }
   },
   {
    "box": {
     "id": "obj-44",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      40.0,
      480.0,
      96.0,
      20.0
     ],
     "outlettype": [
      ""
     ],
     "text": "press recall"
    }
   },
   {
    "box": {
     "id": "obj-45",
     "maxclass": "live.comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      790.0,
      150.0,
      45.0,
      18.0
     ],
     "presentation": 1,
     "presentation_rect": [
      144.0,
      6.0,
      45.0,
      18.0
     ],
     "text": "Bars",
     "textjustification": 0
    }
   },
   {
    "box": {
     "id": "obj-46",
     "maxclass": "live.numbox",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      940.0,
      150.0,
      45.0,
      15.0
     ],
     "outlettype": [
      "",
      "float"
     ],
     "presentation": 1,
     "presentation_rect": [
      189.0,
      6.0,
      45.0,
      15.0
     ],
     "parameter_enable": 1,
     "varname": "bars",
     "annotation": "How many new bars, where no time is selected.",
     "annotation_name": "Bars",
     "hint": "How many new bars, where no time is selected.",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Bars",
       "parameter_shortname": "Bars",
       "parameter_annotation_name": "Bars",
       "parameter_info": "How many new bars, where no time is selected.",
       "parameter_invisible": 1,
       "parameter_modmode": 0,
       "parameter_initial_enable": 1,
       "parameter_initial": [
        4.0
       ],
       "parameter_type": 0,
       "parameter_mmin": 0.25,
       "parameter_mmax": 64.0,
       "parameter_unitstyle": 1
      }
     },
     "appearance": 0
    }
   },
   {
    "box": {
     "id": "obj-47",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      940.0,
      180.0,
      172.0,
      20.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend control bars"
    }
   },
   {
    "box": {
     "id": "obj-48",
     "maxclass": "live.comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1090.0,
      150.0,
      45.0,
      18.0
     ],
     "presentation": 1,
     "presentation_rect": [
      144.0,
      25.0,
      45.0,
      18.0
     ],
     "text": "Drafts",
     "textjustification": 0
    }
   },
   {
    "box": {
     "id": "obj-49",
     "maxclass": "live.numbox",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      40.0,
      220.0,
      45.0,
      15.0
     ],
     "outlettype": [
      "",
      "float"
     ],
     "presentation": 1,
     "presentation_rect": [
      189.0,
      25.0,
      45.0,
      15.0
     ],
     "parameter_enable": 1,
     "varname": "drafts",
     "annotation": "How many sketches Draft makes to choose from.",
     "annotation_name": "Drafts",
     "hint": "How many sketches Draft makes to choose from.",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Drafts",
       "parameter_shortname": "Drafts",
       "parameter_annotation_name": "Drafts",
       "parameter_info": "How many sketches Draft makes to choose from.",
       "parameter_invisible": 1,
       "parameter_modmode": 0,
       "parameter_initial_enable": 1,
       "parameter_initial": [
        4.0
       ],
       "parameter_type": 1,
       "parameter_mmin": 1.0,
       "parameter_mmax": 8.0,
       "parameter_unitstyle": 0
      }
     },
     "appearance": 0
    }
   },
   {
    "box": {
     "id": "obj-50",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      40.0,
      250.0,
      188.0,
      20.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend control drafts"
    }
   },
   {
    "box": {
     "id": "obj-51",
     "maxclass": "live.comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      190.0,
      220.0,
      45.0,
      18.0
     ],
     "presentation": 1,
     "presentation_rect": [
      144.0,
      44.0,
      45.0,
      18.0
     ],
     "text": "Variations",
     "textjustification": 0
    }
   },
   {
    "box": {
     "id": "obj-52",
     "maxclass": "live.numbox",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      340.0,
      220.0,
      45.0,
      15.0
     ],
     "outlettype": [
      "",
      "float"
     ],
     "presentation": 1,
     "presentation_rect": [
      189.0,
      44.0,
      45.0,
      15.0
     ],
     "parameter_enable": 1,
     "varname": "variations",
     "annotation": "How many takes of everything else.",
     "annotation_name": "Variations",
     "hint": "How many takes of everything else.",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Variations",
       "parameter_shortname": "Variations",
       "parameter_annotation_name": "Variations",
       "parameter_info": "How many takes of everything else.",
       "parameter_invisible": 1,
       "parameter_modmode": 0,
       "parameter_initial_enable": 1,
       "parameter_initial": [
        1.0
       ],
       "parameter_type": 1,
       "parameter_mmin": 1.0,
       "parameter_mmax": 8.0,
       "parameter_unitstyle": 0
      }
     },
     "appearance": 0
    }
   },
   {
    "box": {
     "id": "obj-53",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      250.0,
      220.0,
      20.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend control variations"
    }
   },
   {
    "box": {
     "id": "obj-54",
     "maxclass": "live.comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      490.0,
      220.0,
      45.0,
      18.0
     ],
     "presentation": 1,
     "presentation_rect": [
      144.0,
      63.0,
      45.0,
      18.0
     ],
     "text": "Variation",
     "textjustification": 0
    }
   },
   {
    "box": {
     "id": "obj-55",
     "maxclass": "live.numbox",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      640.0,
      220.0,
      45.0,
      15.0
     ],
     "outlettype": [
      "",
      "float"
     ],
     "presentation": 1,
     "presentation_rect": [
      189.0,
      63.0,
      45.0,
      15.0
     ],
     "parameter_enable": 1,
     "varname": "amount",
     "annotation": "How far Vary goes: 0 repeats, 1 is new.",
     "annotation_name": "Variation",
     "hint": "How far Vary goes: 0 repeats, 1 is new.",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Variation",
       "parameter_shortname": "Variation",
       "parameter_annotation_name": "Variation",
       "parameter_info": "How far Vary goes: 0 repeats, 1 is new.",
       "parameter_invisible": 1,
       "parameter_modmode": 0,
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0.3
       ],
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 1.0,
       "parameter_unitstyle": 1
      }
     },
     "appearance": 0
    }
   },
   {
    "box": {
     "id": "obj-56",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      640.0,
      250.0,
      188.0,
      20.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend control amount"
    }
   },
   {
    "box": {
     "id": "obj-57",
     "maxclass": "live.comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      790.0,
      220.0,
      45.0,
      18.0
     ],
     "presentation": 1,
     "presentation_rect": [
      144.0,
      82.0,
      45.0,
      18.0
     ],
     "text": "Strength",
     "textjustification": 0
    }
   },
   {
    "box": {
     "id": "obj-58",
     "maxclass": "live.numbox",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      940.0,
      220.0,
      45.0,
      15.0
     ],
     "outlettype": [
      "",
      "float"
     ],
     "presentation": 1,
     "presentation_rect": [
      189.0,
      82.0,
      45.0,
      15.0
     ],
     "parameter_enable": 1,
     "varname": "strength",
     "annotation": "How firmly lane, notes and groove hold.",
     "annotation_name": "Strength",
     "hint": "How firmly lane, notes and groove hold.",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Strength",
       "parameter_shortname": "Strength",
       "parameter_annotation_name": "Strength",
       "parameter_info": "How firmly lane, notes and groove hold.",
       "parameter_invisible": 1,
       "parameter_modmode": 0,
       "parameter_initial_enable": 1,
       "parameter_initial": [
        1.0
       ],
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 1.0,
       "parameter_unitstyle": 1
      }
     },
     "appearance": 0
    }
   },
   {
    "box": {
     "id": "obj-59",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      940.0,
      250.0,
      204.0,
      20.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend control strength"
    }
   },
   {
    "box": {
     "id": "obj-60",
     "maxclass": "live.comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1090.0,
      220.0,
      45.0,
      18.0
     ],
     "presentation": 1,
     "presentation_rect": [
      144.0,
      101.0,
      45.0,
      18.0
     ],
     "text": "Continue",
     "textjustification": 0
    }
   },
   {
    "box": {
     "id": "obj-61",
     "maxclass": "live.menu",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      40.0,
      290.0,
      45.0,
      15.0
     ],
     "outlettype": [
      "",
      "",
      "float"
     ],
     "presentation": 1,
     "presentation_rect": [
      189.0,
      101.0,
      45.0,
      15.0
     ],
     "parameter_enable": 1,
     "varname": "side",
     "annotation": "On which side of the clip Continue goes on.",
     "annotation_name": "Continue",
     "hint": "On which side of the clip Continue goes on.",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Continue",
       "parameter_shortname": "Continue",
       "parameter_annotation_name": "Continue",
       "parameter_info": "On which side of the clip Continue goes on.",
       "parameter_invisible": 1,
       "parameter_modmode": 0,
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0.0
       ],
       "parameter_type": 2,
       "parameter_enum": [
        "after",
        "before"
       ],
       "parameter_mmax": 1
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-62",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      40.0,
      320.0,
      172.0,
      20.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend control side"
    }
   },
   {
    "box": {
     "id": "obj-63",
     "maxclass": "live.comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      40.0,
      520.0,
      45.0,
      18.0
     ],
     "presentation": 1,
     "presentation_rect": [
      144.0,
      120.0,
      45.0,
      18.0
     ],
     "text": "Seed",
     "textjustification": 0
    }
   },
   {
    "box": {
     "id": "obj-64",
     "maxclass": "textedit",
     "numinlets": 1,
     "numoutlets": 4,
     "patching_rect": [
      190.0,
      290.0,
      45.0,
      17.0
     ],
     "outlettype": [
      "",
      "int",
      "",
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      189.0,
      120.0,
      45.0,
      17.0
     ],
     "parameter_enable": 0,
     "outputmode": 1,
     "keymode": 1,
     "varname": "seed",
     "saved_attribute_attributes": {
      "bgcolor": {
       "expression": "themecolor.live_lcd_bg"
      },
      "textcolor": {
       "expression": "themecolor.live_lcd_control_fg"
      }
     },
     "annotation": "The same seed renders the same; empty: a new one every time.",
     "annotation_name": "Seed",
     "hint": "The same seed renders the same; empty: a new one every time."
    }
   },
   {
    "box": {
     "id": "obj-65",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      190.0,
      320.0,
      172.0,
      20.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend control seed"
    }
   },
   {
    "box": {
     "id": "obj-66",
     "maxclass": "umenu",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      340.0,
      290.0,
      90.0,
      16.0
     ],
     "outlettype": [
      "int",
      "",
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      144.0,
      147.0,
      90.0,
      16.0
     ],
     "parameter_enable": 0,
     "items": [],
     "varname": "takes",
     "saved_attribute_attributes": {
      "bgcolor": {
       "expression": "themecolor.live_lcd_bg"
      },
      "textcolor": {
       "expression": "themecolor.live_lcd_control_fg"
      }
     },
     "annotation": "Takes of the last job; choosing one shows its file, to drag it anywhere.",
     "annotation_name": "Takes",
     "hint": "Takes of the last job; choosing one shows its file, to drag it anywhere."
    }
   },
   {
    "box": {
     "id": "obj-67",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      320.0,
      108.0,
      20.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend take"
    }
   },
   {
    "box": {
     "id": "obj-68",
     "maxclass": "function",
     "numinlets": 1,
     "numoutlets": 4,
     "patching_rect": [
      40.0,
      460.0,
      190.0,
      72.0
     ],
     "outlettype": [
      "float",
      "",
      "",
      "bang"
     ],
     "presentation": 1,
     "presentation_rect": [
      240.0,
      6.0,
      190.0,
      72.0
     ],
     "parameter_enable": 0,
     "varname": "shape",
     "domain": 1.0,
     "addpoints": [],
     "saved_attribute_attributes": {
      "bgcolor": {
       "expression": "themecolor.live_lcd_bg"
      },
      "linecolor": {
       "expression": "themecolor.live_lcd_control_fg"
      },
      "pointcolor": {
       "expression": "themecolor.live_lcd_control_fg"
      }
     },
     "annotation": "Intensity over the result's length: click adds a point, shift-click takes it away.",
     "annotation_name": "Lane",
     "hint": "Intensity over the result's length: click adds a point, shift-click takes it away."
    }
   },
   {
    "box": {
     "id": "obj-69",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      160.0,
      490.0,
      164.0,
      20.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend drawn point"
    }
   },
   {
    "box": {
     "id": "obj-70",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      300.0,
      490.0,
      68.0,
      20.0
     ],
     "outlettype": [
      "bang",
      "bang",
      "bang"
     ],
     "text": "t b b b"
    }
   },
   {
    "box": {
     "id": "obj-71",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      480.0,
      520.0,
      89.0,
      20.0
     ],
     "outlettype": [
      ""
     ],
     "text": "drawn begin"
    }
   },
   {
    "box": {
     "id": "obj-72",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      390.0,
      520.0,
      40.0,
      20.0
     ],
     "outlettype": [
      ""
     ],
     "text": "dump"
    }
   },
   {
    "box": {
     "id": "obj-73",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      300.0,
      520.0,
      75.0,
      20.0
     ],
     "outlettype": [
      ""
     ],
     "text": "drawn end"
    }
   },
   {
    "box": {
     "id": "obj-74",
     "maxclass": "live.comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      490.0,
      290.0,
      27.9,
      18.0
     ],
     "presentation": 1,
     "presentation_rect": [
      240.0,
      83.0,
      27.9,
      18.0
     ],
     "text": "Lane",
     "textjustification": 0
    }
   },
   {
    "box": {
     "id": "obj-75",
     "maxclass": "live.toggle",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      640.0,
      290.0,
      17.1,
      15.0
     ],
     "outlettype": [
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      267.9,
      83.0,
      17.1,
      15.0
     ],
     "parameter_enable": 1,
     "varname": "lane",
     "annotation": "Let the result's loudness follow the curve in the display.",
     "annotation_name": "Lane",
     "hint": "Let the result's loudness follow the curve in the display.",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Lane",
       "parameter_shortname": "Lane",
       "parameter_annotation_name": "Lane",
       "parameter_info": "Let the result's loudness follow the curve in the display.",
       "parameter_invisible": 1,
       "parameter_modmode": 0,
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0
       ],
       "parameter_type": 2,
       "parameter_enum": [
        "off",
        "on"
       ],
       "parameter_mmax": 1
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-76",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      640.0,
      320.0,
      172.0,
      20.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend control lane"
    }
   },
   {
    "box": {
     "id": "obj-77",
     "maxclass": "live.text",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      790.0,
      290.0,
      46.0,
      15.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      288.0,
      83.0,
      46.0,
      15.0
     ],
     "mode": 0,
     "text": "Listen",
     "texton": "Listen",
     "varname": "listen",
     "parameter_enable": 1,
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Listen",
       "parameter_shortname": "Listen",
       "parameter_annotation_name": "Listen",
       "parameter_info": "Hear one pass of the loop: what Intensity does meanwhile becomes the lane.",
       "parameter_invisible": 1,
       "parameter_modmode": 0,
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0
       ],
       "parameter_type": 2,
       "parameter_enum": [
        "off",
        "on"
       ],
       "parameter_mmax": 1
      }
     },
     "annotation": "Hear one pass of the loop: what Intensity does meanwhile becomes the lane.",
     "annotation_name": "Listen",
     "hint": "Hear one pass of the loop: what Intensity does meanwhile becomes the lane."
    }
   },
   {
    "box": {
     "id": "obj-78",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      790.0,
      320.0,
      36.0,
      20.0
     ],
     "outlettype": [
      "bang"
     ],
     "text": "t b"
    }
   },
   {
    "box": {
     "id": "obj-79",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      40.0,
      480.0,
      96.0,
      20.0
     ],
     "outlettype": [
      ""
     ],
     "text": "press listen"
    }
   },
   {
    "box": {
     "id": "obj-80",
     "maxclass": "live.text",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      940.0,
      290.0,
      40.0,
      15.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      337.0,
      83.0,
      40.0,
      15.0
     ],
     "mode": 0,
     "text": "Stop",
     "texton": "Stop",
     "varname": "stop",
     "parameter_enable": 1,
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Stop",
       "parameter_shortname": "Stop",
       "parameter_annotation_name": "Stop",
       "parameter_info": "Stop listening; the lane stays as it was.",
       "parameter_invisible": 1,
       "parameter_modmode": 0,
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0
       ],
       "parameter_type": 2,
       "parameter_enum": [
        "off",
        "on"
       ],
       "parameter_mmax": 1
      }
     },
     "annotation": "Stop listening; the lane stays as it was.",
     "annotation_name": "Stop",
     "hint": "Stop listening; the lane stays as it was."
    }
   },
   {
    "box": {
     "id": "obj-81",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      940.0,
      320.0,
      36.0,
      20.0
     ],
     "outlettype": [
      "bang"
     ],
     "text": "t b"
    }
   },
   {
    "box": {
     "id": "obj-82",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      40.0,
      480.0,
      82.0,
      20.0
     ],
     "outlettype": [
      ""
     ],
     "text": "press stop"
    }
   },
   {
    "box": {
     "id": "obj-83",
     "maxclass": "live.text",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      1090.0,
      290.0,
      52.0,
      15.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      240.0,
      102.0,
      52.0,
      15.0
     ],
     "mode": 0,
     "text": "Read Set",
     "texton": "Read Set",
     "varname": "readset",
     "parameter_enable": 1,
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Read Set",
       "parameter_shortname": "Read Set",
       "parameter_annotation_name": "Read Set",
       "parameter_info": "Read the envelopes of the Set as it was last saved, for the menu beside.",
       "parameter_invisible": 1,
       "parameter_modmode": 0,
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0
       ],
       "parameter_type": 2,
       "parameter_enum": [
        "off",
        "on"
       ],
       "parameter_mmax": 1
      }
     },
     "annotation": "Read the envelopes of the Set as it was last saved, for the menu beside.",
     "annotation_name": "Read Set",
     "hint": "Read the envelopes of the Set as it was last saved, for the menu beside."
    }
   },
   {
    "box": {
     "id": "obj-84",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1090.0,
      320.0,
      36.0,
      20.0
     ],
     "outlettype": [
      "bang"
     ],
     "text": "t b"
    }
   },
   {
    "box": {
     "id": "obj-85",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      40.0,
      480.0,
      103.0,
      20.0
     ],
     "outlettype": [
      ""
     ],
     "text": "press readset"
    }
   },
   {
    "box": {
     "id": "obj-86",
     "maxclass": "umenu",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      40.0,
      360.0,
      88.0,
      16.0
     ],
     "outlettype": [
      "int",
      "",
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      295.0,
      102.0,
      88.0,
      16.0
     ],
     "parameter_enable": 0,
     "items": [],
     "varname": "envelopes",
     "saved_attribute_attributes": {
      "bgcolor": {
       "expression": "themecolor.live_lcd_bg"
      },
      "textcolor": {
       "expression": "themecolor.live_lcd_control_fg"
      }
     },
     "annotation": "Envelopes of the saved Set; the one that is chosen becomes the lane.",
     "annotation_name": "Envelopes",
     "hint": "Envelopes of the saved Set; the one that is chosen becomes the lane."
    }
   },
   {
    "box": {
     "id": "obj-87",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      40.0,
      390.0,
      140.0,
      20.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend envelope"
    }
   },
   {
    "box": {
     "id": "obj-88",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      190.0,
      360.0,
      44.0,
      40.0
     ],
     "outlettype": [
      "",
      "float"
     ],
     "presentation": 1,
     "presentation_rect": [
      386.0,
      81.0,
      44.0,
      40.0
     ],
     "parameter_enable": 1,
     "varname": "intensity",
     "annotation": "Automate it, in the Arrangement or as a clip envelope, and press Listen: the result's loudness follows what it does over the loop.",
     "annotation_name": "Intensity",
     "hint": "Automate it, in the Arrangement or as a clip envelope, and press Listen: the result's loudness follows what it does over the loop.",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Intensity",
       "parameter_shortname": "Intensity",
       "parameter_annotation_name": "Intensity",
       "parameter_info": "Automate it, in the Arrangement or as a clip envelope, and press Listen: the result's loudness follows what it does over the loop.",
       "parameter_invisible": 0,
       "parameter_modmode": 0,
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0.5
       ],
       "parameter_type": 0,
       "parameter_mmin": 0,
       "parameter_mmax": 1,
       "parameter_unitstyle": 1
      }
     },
     "appearance": 1
    }
   },
   {
    "box": {
     "id": "obj-89",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      190.0,
      390.0,
      148.0,
      20.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend intensity"
    }
   },
   {
    "box": {
     "id": "obj-90",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      40.0,
      430.0,
      190.0,
      26.0
     ],
     "presentation": 1,
     "presentation_rect": [
      240.0,
      122.0,
      190.0,
      26.0
     ],
     "text": "",
     "linecount": 2,
     "saved_attribute_attributes": {
      "textcolor": {
       "expression": "themecolor.live_lcd_control_fg"
      }
     },
     "annotation": "What the daemon and this device are doing, and what to do next.",
     "annotation_name": "State",
     "hint": "What the daemon and this device are doing, and what to do next.",
     "varname": "status"
    }
   },
   {
    "box": {
     "id": "obj-91",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      40.0,
      400.0,
      100.0,
      20.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-92",
     "maxclass": "slider",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      180.0,
      430.0,
      146.0,
      10.0
     ],
     "outlettype": [
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      240.0,
      151.0,
      146.0,
      10.0
     ],
     "parameter_enable": 0,
     "floatoutput": 1,
     "ignoreclick": 1,
     "orientation": 1,
     "size": 1.0,
     "saved_attribute_attributes": {
      "bgcolor": {
       "expression": "themecolor.live_lcd_bg"
      },
      "elementcolor": {
       "expression": "themecolor.live_control_fg_zombie"
      },
      "knobcolor": {
       "expression": "themecolor.live_lcd_control_fg"
      }
     },
     "annotation": "How far the render is.",
     "annotation_name": "Progress",
     "hint": "How far the render is.",
     "varname": "progress"
    }
   },
   {
    "box": {
     "id": "obj-93",
     "maxclass": "live.text",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      340.0,
      360.0,
      40.0,
      15.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      390.0,
      148.0,
      40.0,
      15.0
     ],
     "mode": 0,
     "text": "Start",
     "texton": "Start",
     "varname": "start",
     "parameter_enable": 1,
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Start",
       "parameter_shortname": "Start",
       "parameter_annotation_name": "Start",
       "parameter_info": "Start the daemon on this machine; its program is named under Settings.",
       "parameter_invisible": 1,
       "parameter_modmode": 0,
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0
       ],
       "parameter_type": 2,
       "parameter_enum": [
        "off",
        "on"
       ],
       "parameter_mmax": 1
      }
     },
     "annotation": "Start the daemon on this machine; its program is named under Settings.",
     "annotation_name": "Start",
     "hint": "Start the daemon on this machine; its program is named under Settings."
    }
   },
   {
    "box": {
     "id": "obj-94",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      390.0,
      36.0,
      20.0
     ],
     "outlettype": [
      "bang"
     ],
     "text": "t b"
    }
   },
   {
    "box": {
     "id": "obj-95",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      40.0,
      480.0,
      89.0,
      20.0
     ],
     "outlettype": [
      ""
     ],
     "text": "press start"
    }
   },
   {
    "box": {
     "id": "obj-96",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      900.0,
      560.0,
      90.0,
      20.0
     ],
     "outlettype": [
      ""
     ],
     "text": "p settings",
     "patcher": {
      "fileversion": 1,
      "appversion": {
       "major": 8,
       "minor": 5,
       "revision": 6,
       "architecture": "x64",
       "modernui": 1
      },
      "classnamespace": "box",
      "rect": [
       60.0,
       90.0,
       1240.0,
       760.0
      ],
      "openrect": [
       0.0,
       0.0,
       236.0,
       250.0
      ],
      "openinpresentation": 1,
      "default_fontsize": 10.0,
      "default_fontface": 0,
      "default_fontname": "Arial Bold",
      "gridsize": [
       8.0,
       8.0
      ],
      "boxanimatetime": 200,
      "devicewidth": 236.0,
      "boxes": [
       {
        "box": {
         "id": "obj-1",
         "maxclass": "inlet",
         "numinlets": 0,
         "numoutlets": 1,
         "patching_rect": [
          40.0,
          20.0,
          100.0,
          20.0
         ],
         "outlettype": [
          ""
         ]
        }
       },
       {
        "box": {
         "id": "obj-2",
         "maxclass": "outlet",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [
          40.0,
          560.0,
          100.0,
          20.0
         ]
        }
       },
       {
        "box": {
         "id": "obj-3",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 13,
         "patching_rect": [
          40.0,
          60.0,
          908.0,
          20.0
         ],
         "outlettype": [
          "",
          "",
          "",
          "",
          "",
          "",
          "",
          "",
          "",
          "",
          "",
          "",
          ""
         ],
         "text": "route role_drums role_bass role_chords role_lead role_pad groove preset place match_level model sections command"
        }
       },
       {
        "box": {
         "id": "obj-4",
         "maxclass": "newobj",
         "numinlets": 0,
         "numoutlets": 1,
         "patching_rect": [
          740.0,
          60.0,
          108.0,
          20.0
         ],
         "outlettype": [
          ""
         ],
         "text": "r ---refresh"
        }
       },
       {
        "box": {
         "id": "obj-5",
         "maxclass": "live.comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [
          190.0,
          100.0,
          80.0,
          18.0
         ],
         "presentation": 1,
         "presentation_rect": [
          8.0,
          8.0,
          80.0,
          18.0
         ],
         "text": "Drums",
         "textjustification": 0
        }
       },
       {
        "box": {
         "id": "obj-6",
         "maxclass": "live.toggle",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [
          340.0,
          100.0,
          19.999999999999996,
          15.0
         ],
         "outlettype": [
          ""
         ],
         "presentation": 1,
         "presentation_rect": [
          88.0,
          8.0,
          19.999999999999996,
          15.0
         ],
         "parameter_enable": 1,
         "varname": "role_drums",
         "annotation": "Drums play. Who plays; none chosen: everybody, or as the action has it.",
         "annotation_name": "Drums",
         "hint": "Drums play. Who plays; none chosen: everybody, or as the action has it.",
         "saved_attribute_attributes": {
          "valueof": {
           "parameter_longname": "Drums",
           "parameter_shortname": "Drums",
           "parameter_annotation_name": "Drums",
           "parameter_info": "Drums play. Who plays; none chosen: everybody, or as the action has it.",
           "parameter_invisible": 1,
           "parameter_modmode": 0,
           "parameter_initial_enable": 1,
           "parameter_initial": [
            0
           ],
           "parameter_type": 2,
           "parameter_enum": [
            "off",
            "on"
           ],
           "parameter_mmax": 1
          }
         }
        }
       },
       {
        "box": {
         "id": "obj-7",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [
          340.0,
          130.0,
          220.0,
          20.0
         ],
         "outlettype": [
          ""
         ],
         "text": "prepend control role_drums"
        }
       },
       {
        "box": {
         "id": "obj-8",
         "maxclass": "live.comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [
          490.0,
          100.0,
          80.0,
          18.0
         ],
         "presentation": 1,
         "presentation_rect": [
          118.0,
          8.0,
          80.0,
          18.0
         ],
         "text": "Bass",
         "textjustification": 0
        }
       },
       {
        "box": {
         "id": "obj-9",
         "maxclass": "live.toggle",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [
          640.0,
          100.0,
          19.999999999999996,
          15.0
         ],
         "outlettype": [
          ""
         ],
         "presentation": 1,
         "presentation_rect": [
          198.0,
          8.0,
          19.999999999999996,
          15.0
         ],
         "parameter_enable": 1,
         "varname": "role_bass",
         "annotation": "Bass play. Who plays; none chosen: everybody, or as the action has it.",
         "annotation_name": "Bass",
         "hint": "Bass play. Who plays; none chosen: everybody, or as the action has it.",
         "saved_attribute_attributes": {
          "valueof": {
           "parameter_longname": "Bass",
           "parameter_shortname": "Bass",
           "parameter_annotation_name": "Bass",
           "parameter_info": "Bass play. Who plays; none chosen: everybody, or as the action has it.",
           "parameter_invisible": 1,
           "parameter_modmode": 0,
           "parameter_initial_enable": 1,
           "parameter_initial": [
            0
           ],
           "parameter_type": 2,
           "parameter_enum": [
            "off",
            "on"
           ],
           "parameter_mmax": 1
          }
         }
        }
       },
       {
        "box": {
         "id": "obj-10",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [
          640.0,
          130.0,
          212.0,
          20.0
         ],
         "outlettype": [
          ""
         ],
         "text": "prepend control role_bass"
        }
       },
       {
        "box": {
         "id": "obj-11",
         "maxclass": "live.comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [
          790.0,
          100.0,
          80.0,
          18.0
         ],
         "presentation": 1,
         "presentation_rect": [
          8.0,
          27.0,
          80.0,
          18.0
         ],
         "text": "Chords",
         "textjustification": 0
        }
       },
       {
        "box": {
         "id": "obj-12",
         "maxclass": "live.toggle",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [
          940.0,
          100.0,
          19.999999999999996,
          15.0
         ],
         "outlettype": [
          ""
         ],
         "presentation": 1,
         "presentation_rect": [
          88.0,
          27.0,
          19.999999999999996,
          15.0
         ],
         "parameter_enable": 1,
         "varname": "role_chords",
         "annotation": "Chords play. Who plays; none chosen: everybody, or as the action has it.",
         "annotation_name": "Chords",
         "hint": "Chords play. Who plays; none chosen: everybody, or as the action has it.",
         "saved_attribute_attributes": {
          "valueof": {
           "parameter_longname": "Chords",
           "parameter_shortname": "Chords",
           "parameter_annotation_name": "Chords",
           "parameter_info": "Chords play. Who plays; none chosen: everybody, or as the action has it.",
           "parameter_invisible": 1,
           "parameter_modmode": 0,
           "parameter_initial_enable": 1,
           "parameter_initial": [
            0
           ],
           "parameter_type": 2,
           "parameter_enum": [
            "off",
            "on"
           ],
           "parameter_mmax": 1
          }
         }
        }
       },
       {
        "box": {
         "id": "obj-13",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [
          940.0,
          130.0,
          228.0,
          20.0
         ],
         "outlettype": [
          ""
         ],
         "text": "prepend control role_chords"
        }
       },
       {
        "box": {
         "id": "obj-14",
         "maxclass": "live.comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [
          1090.0,
          100.0,
          80.0,
          18.0
         ],
         "presentation": 1,
         "presentation_rect": [
          118.0,
          27.0,
          80.0,
          18.0
         ],
         "text": "Lead",
         "textjustification": 0
        }
       },
       {
        "box": {
         "id": "obj-15",
         "maxclass": "live.toggle",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [
          40.0,
          170.0,
          19.999999999999996,
          15.0
         ],
         "outlettype": [
          ""
         ],
         "presentation": 1,
         "presentation_rect": [
          198.0,
          27.0,
          19.999999999999996,
          15.0
         ],
         "parameter_enable": 1,
         "varname": "role_lead",
         "annotation": "Lead play. Who plays; none chosen: everybody, or as the action has it.",
         "annotation_name": "Lead",
         "hint": "Lead play. Who plays; none chosen: everybody, or as the action has it.",
         "saved_attribute_attributes": {
          "valueof": {
           "parameter_longname": "Lead",
           "parameter_shortname": "Lead",
           "parameter_annotation_name": "Lead",
           "parameter_info": "Lead play. Who plays; none chosen: everybody, or as the action has it.",
           "parameter_invisible": 1,
           "parameter_modmode": 0,
           "parameter_initial_enable": 1,
           "parameter_initial": [
            0
           ],
           "parameter_type": 2,
           "parameter_enum": [
            "off",
            "on"
           ],
           "parameter_mmax": 1
          }
         }
        }
       },
       {
        "box": {
         "id": "obj-16",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [
          40.0,
          200.0,
          212.0,
          20.0
         ],
         "outlettype": [
          ""
         ],
         "text": "prepend control role_lead"
        }
       },
       {
        "box": {
         "id": "obj-17",
         "maxclass": "live.comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [
          190.0,
          170.0,
          80.0,
          18.0
         ],
         "presentation": 1,
         "presentation_rect": [
          8.0,
          46.0,
          80.0,
          18.0
         ],
         "text": "Pad",
         "textjustification": 0
        }
       },
       {
        "box": {
         "id": "obj-18",
         "maxclass": "live.toggle",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [
          340.0,
          170.0,
          19.999999999999996,
          15.0
         ],
         "outlettype": [
          ""
         ],
         "presentation": 1,
         "presentation_rect": [
          88.0,
          46.0,
          19.999999999999996,
          15.0
         ],
         "parameter_enable": 1,
         "varname": "role_pad",
         "annotation": "Pad play. Who plays; none chosen: everybody, or as the action has it.",
         "annotation_name": "Pad",
         "hint": "Pad play. Who plays; none chosen: everybody, or as the action has it.",
         "saved_attribute_attributes": {
          "valueof": {
           "parameter_longname": "Pad",
           "parameter_shortname": "Pad",
           "parameter_annotation_name": "Pad",
           "parameter_info": "Pad play. Who plays; none chosen: everybody, or as the action has it.",
           "parameter_invisible": 1,
           "parameter_modmode": 0,
           "parameter_initial_enable": 1,
           "parameter_initial": [
            0
           ],
           "parameter_type": 2,
           "parameter_enum": [
            "off",
            "on"
           ],
           "parameter_mmax": 1
          }
         }
        }
       },
       {
        "box": {
         "id": "obj-19",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [
          340.0,
          200.0,
          204.0,
          20.0
         ],
         "outlettype": [
          ""
         ],
         "text": "prepend control role_pad"
        }
       },
       {
        "box": {
         "id": "obj-20",
         "maxclass": "live.comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [
          490.0,
          170.0,
          77.0,
          18.0
         ],
         "presentation": 1,
         "presentation_rect": [
          8.0,
          70.0,
          77.0,
          18.0
         ],
         "text": "Groove",
         "textjustification": 0
        }
       },
       {
        "box": {
         "id": "obj-21",
         "maxclass": "live.menu",
         "numinlets": 1,
         "numoutlets": 3,
         "patching_rect": [
          640.0,
          170.0,
          143.0,
          15.0
         ],
         "outlettype": [
          "",
          "",
          "float"
         ],
         "presentation": 1,
         "presentation_rect": [
          85.0,
          70.0,
          143.0,
          15.0
         ],
         "parameter_enable": 1,
         "varname": "groove",
         "annotation": "Where the timing comes from: grid, notes, or the selected clip.",
         "annotation_name": "Groove",
         "hint": "Where the timing comes from: grid, notes, or the selected clip.",
         "saved_attribute_attributes": {
          "valueof": {
           "parameter_longname": "Groove",
           "parameter_shortname": "Groove",
           "parameter_annotation_name": "Groove",
           "parameter_info": "Where the timing comes from: grid, notes, or the selected clip.",
           "parameter_invisible": 1,
           "parameter_modmode": 0,
           "parameter_initial_enable": 1,
           "parameter_initial": [
            0.0
           ],
           "parameter_type": 2,
           "parameter_enum": [
            "any",
            "grid",
            "midi",
            "clip"
           ],
           "parameter_mmax": 3
          }
         }
        }
       },
       {
        "box": {
         "id": "obj-22",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [
          640.0,
          200.0,
          188.0,
          20.0
         ],
         "outlettype": [
          ""
         ],
         "text": "prepend control groove"
        }
       },
       {
        "box": {
         "id": "obj-23",
         "maxclass": "live.comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [
          790.0,
          170.0,
          77.0,
          18.0
         ],
         "presentation": 1,
         "presentation_rect": [
          8.0,
          89.0,
          77.0,
          18.0
         ],
         "text": "Preset",
         "textjustification": 0
        }
       },
       {
        "box": {
         "id": "obj-24",
         "maxclass": "live.menu",
         "numinlets": 1,
         "numoutlets": 3,
         "patching_rect": [
          940.0,
          170.0,
          143.0,
          15.0
         ],
         "outlettype": [
          "",
          "",
          "float"
         ],
         "presentation": 1,
         "presentation_rect": [
          85.0,
          89.0,
          143.0,
          15.0
         ],
         "parameter_enable": 1,
         "varname": "preset",
         "annotation": "How long and how thoroughly to optimise.",
         "annotation_name": "Preset",
         "hint": "How long and how thoroughly to optimise.",
         "saved_attribute_attributes": {
          "valueof": {
           "parameter_longname": "Preset",
           "parameter_shortname": "Preset",
           "parameter_annotation_name": "Preset",
           "parameter_info": "How long and how thoroughly to optimise.",
           "parameter_invisible": 1,
           "parameter_modmode": 0,
           "parameter_initial_enable": 1,
           "parameter_initial": [
            0.0
           ],
           "parameter_type": 2,
           "parameter_enum": [
            "default",
            "teacher",
            "student",
            "ditto-2",
            "paper",
            "paper-mel",
            "paper-melody"
           ],
           "parameter_mmax": 6
          }
         }
        }
       },
       {
        "box": {
         "id": "obj-25",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [
          940.0,
          200.0,
          188.0,
          20.0
         ],
         "outlettype": [
          ""
         ],
         "text": "prepend control preset"
        }
       },
       {
        "box": {
         "id": "obj-26",
         "maxclass": "live.comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [
          1090.0,
          170.0,
          77.0,
          18.0
         ],
         "presentation": 1,
         "presentation_rect": [
          8.0,
          108.0,
          77.0,
          18.0
         ],
         "text": "Result",
         "textjustification": 0
        }
       },
       {
        "box": {
         "id": "obj-27",
         "maxclass": "live.menu",
         "numinlets": 1,
         "numoutlets": 3,
         "patching_rect": [
          40.0,
          240.0,
          143.0,
          15.0
         ],
         "outlettype": [
          "",
          "",
          "float"
         ],
         "presentation": 1,
         "presentation_rect": [
          85.0,
          108.0,
          143.0,
          15.0
         ],
         "parameter_enable": 1,
         "varname": "place",
         "annotation": "On a new track below the source's, or as takes of the clip.",
         "annotation_name": "Result",
         "hint": "On a new track below the source's, or as takes of the clip.",
         "saved_attribute_attributes": {
          "valueof": {
           "parameter_longname": "Result",
           "parameter_shortname": "Result",
           "parameter_annotation_name": "Result",
           "parameter_info": "On a new track below the source's, or as takes of the clip.",
           "parameter_invisible": 1,
           "parameter_modmode": 0,
           "parameter_initial_enable": 1,
           "parameter_initial": [
            0.0
           ],
           "parameter_type": 2,
           "parameter_enum": [
            "new track",
            "takes"
           ],
           "parameter_mmax": 1
          }
         }
        }
       },
       {
        "box": {
         "id": "obj-28",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [
          40.0,
          270.0,
          180.0,
          20.0
         ],
         "outlettype": [
          ""
         ],
         "text": "prepend control place"
        }
       },
       {
        "box": {
         "id": "obj-29",
         "maxclass": "live.comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [
          190.0,
          240.0,
          80.0,
          18.0
         ],
         "presentation": 1,
         "presentation_rect": [
          8.0,
          127.0,
          80.0,
          18.0
         ],
         "text": "Match level",
         "textjustification": 0
        }
       },
       {
        "box": {
         "id": "obj-30",
         "maxclass": "live.toggle",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [
          340.0,
          240.0,
          19.999999999999996,
          15.0
         ],
         "outlettype": [
          ""
         ],
         "presentation": 1,
         "presentation_rect": [
          88.0,
          127.0,
          19.999999999999996,
          15.0
         ],
         "parameter_enable": 1,
         "varname": "match_level",
         "annotation": "Bring the result to the source's loudness.",
         "annotation_name": "Match level",
         "hint": "Bring the result to the source's loudness.",
         "saved_attribute_attributes": {
          "valueof": {
           "parameter_longname": "Match level",
           "parameter_shortname": "Match level",
           "parameter_annotation_name": "Match level",
           "parameter_info": "Bring the result to the source's loudness.",
           "parameter_invisible": 1,
           "parameter_modmode": 0,
           "parameter_initial_enable": 1,
           "parameter_initial": [
            1.0
           ],
           "parameter_type": 2,
           "parameter_enum": [
            "off",
            "on"
           ],
           "parameter_mmax": 1
          }
         }
        }
       },
       {
        "box": {
         "id": "obj-31",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [
          340.0,
          270.0,
          228.0,
          20.0
         ],
         "outlettype": [
          ""
         ],
         "text": "prepend control match_level"
        }
       },
       {
        "box": {
         "id": "obj-32",
         "maxclass": "live.comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [
          40.0,
          480.0,
          77.0,
          18.0
         ],
         "presentation": 1,
         "presentation_rect": [
          8.0,
          146.0,
          77.0,
          18.0
         ],
         "text": "Model",
         "textjustification": 0
        }
       },
       {
        "box": {
         "id": "obj-33",
         "maxclass": "umenu",
         "numinlets": 1,
         "numoutlets": 3,
         "patching_rect": [
          490.0,
          240.0,
          143.0,
          16.0
         ],
         "outlettype": [
          "int",
          "",
          ""
         ],
         "presentation": 1,
         "presentation_rect": [
          85.0,
          146.0,
          143.0,
          16.0
         ],
         "parameter_enable": 0,
         "items": [],
         "varname": "model",
         "saved_attribute_attributes": {
          "bgcolor": {
           "expression": "themecolor.live_lcd_bg"
          },
          "textcolor": {
           "expression": "themecolor.live_lcd_control_fg"
          }
         },
         "annotation": "Which of the daemon's models renders; empty: its first.",
         "annotation_name": "Model",
         "hint": "Which of the daemon's models renders; empty: its first."
        }
       },
       {
        "box": {
         "id": "obj-34",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [
          490.0,
          270.0,
          180.0,
          20.0
         ],
         "outlettype": [
          ""
         ],
         "text": "prepend control model"
        }
       },
       {
        "box": {
         "id": "obj-35",
         "maxclass": "live.comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [
          40.0,
          500.0,
          220.0,
          18.0
         ],
         "presentation": 1,
         "presentation_rect": [
          8.0,
          167.0,
          220.0,
          18.0
         ],
         "text": "Sections of a Song"
        }
       },
       {
        "box": {
         "id": "obj-36",
         "maxclass": "textedit",
         "numinlets": 1,
         "numoutlets": 4,
         "patching_rect": [
          640.0,
          240.0,
          220.0,
          18.0
         ],
         "outlettype": [
          "",
          "int",
          "",
          ""
         ],
         "presentation": 1,
         "presentation_rect": [
          8.0,
          186.0,
          220.0,
          18.0
         ],
         "parameter_enable": 0,
         "outputmode": 1,
         "keymode": 1,
         "varname": "sections",
         "saved_attribute_attributes": {
          "bgcolor": {
           "expression": "themecolor.live_lcd_bg"
          },
          "textcolor": {
           "expression": "themecolor.live_lcd_control_fg"
          }
         },
         "annotation": "Of a Song without markers: 8 intro: drums only, -9 dB; 16 verse; 8 chorus: energetic.",
         "annotation_name": "Sections",
         "hint": "Of a Song without markers: 8 intro: drums only, -9 dB; 16 verse; 8 chorus: energetic."
        }
       },
       {
        "box": {
         "id": "obj-37",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [
          640.0,
          270.0,
          204.0,
          20.0
         ],
         "outlettype": [
          ""
         ],
         "text": "prepend control sections"
        }
       },
       {
        "box": {
         "id": "obj-38",
         "maxclass": "live.comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [
          40.0,
          520.0,
          220.0,
          18.0
         ],
         "presentation": 1,
         "presentation_rect": [
          8.0,
          208.0,
          220.0,
          18.0
         ],
         "text": "Daemon program"
        }
       },
       {
        "box": {
         "id": "obj-39",
         "maxclass": "textedit",
         "numinlets": 1,
         "numoutlets": 4,
         "patching_rect": [
          790.0,
          240.0,
          220.0,
          18.0
         ],
         "outlettype": [
          "",
          "int",
          "",
          ""
         ],
         "presentation": 1,
         "presentation_rect": [
          8.0,
          227.0,
          220.0,
          18.0
         ],
         "parameter_enable": 0,
         "outputmode": 1,
         "keymode": 1,
         "varname": "command",
         "saved_attribute_attributes": {
          "bgcolor": {
           "expression": "themecolor.live_lcd_bg"
          },
          "textcolor": {
           "expression": "themecolor.live_lcd_control_fg"
          }
         },
         "annotation": "What Start runs: `ditto-daw`, or its full path where Live does not find it.",
         "annotation_name": "Daemon program",
         "hint": "What Start runs: `ditto-daw`, or its full path where Live does not find it."
        }
       },
       {
        "box": {
         "id": "obj-40",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [
          790.0,
          270.0,
          196.0,
          20.0
         ],
         "outlettype": [
          ""
         ],
         "text": "prepend control command"
        }
       }
      ],
      "lines": [
       {
        "patchline": {
         "source": [
          "obj-1",
          0
         ],
         "destination": [
          "obj-3",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-6",
          0
         ],
         "destination": [
          "obj-7",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-7",
          0
         ],
         "destination": [
          "obj-2",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-3",
          0
         ],
         "destination": [
          "obj-6",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-4",
          0
         ],
         "destination": [
          "obj-6",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-9",
          0
         ],
         "destination": [
          "obj-10",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-10",
          0
         ],
         "destination": [
          "obj-2",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-3",
          1
         ],
         "destination": [
          "obj-9",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-4",
          0
         ],
         "destination": [
          "obj-9",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-12",
          0
         ],
         "destination": [
          "obj-13",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-13",
          0
         ],
         "destination": [
          "obj-2",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-3",
          2
         ],
         "destination": [
          "obj-12",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-4",
          0
         ],
         "destination": [
          "obj-12",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-15",
          0
         ],
         "destination": [
          "obj-16",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-16",
          0
         ],
         "destination": [
          "obj-2",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-3",
          3
         ],
         "destination": [
          "obj-15",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-4",
          0
         ],
         "destination": [
          "obj-15",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-18",
          0
         ],
         "destination": [
          "obj-19",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-19",
          0
         ],
         "destination": [
          "obj-2",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-3",
          4
         ],
         "destination": [
          "obj-18",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-4",
          0
         ],
         "destination": [
          "obj-18",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-21",
          0
         ],
         "destination": [
          "obj-22",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-22",
          0
         ],
         "destination": [
          "obj-2",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-3",
          5
         ],
         "destination": [
          "obj-21",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-4",
          0
         ],
         "destination": [
          "obj-21",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-24",
          0
         ],
         "destination": [
          "obj-25",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-25",
          0
         ],
         "destination": [
          "obj-2",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-3",
          6
         ],
         "destination": [
          "obj-24",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-4",
          0
         ],
         "destination": [
          "obj-24",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-27",
          0
         ],
         "destination": [
          "obj-28",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-28",
          0
         ],
         "destination": [
          "obj-2",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-3",
          7
         ],
         "destination": [
          "obj-27",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-4",
          0
         ],
         "destination": [
          "obj-27",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-30",
          0
         ],
         "destination": [
          "obj-31",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-31",
          0
         ],
         "destination": [
          "obj-2",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-3",
          8
         ],
         "destination": [
          "obj-30",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-4",
          0
         ],
         "destination": [
          "obj-30",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-33",
          0
         ],
         "destination": [
          "obj-34",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-34",
          0
         ],
         "destination": [
          "obj-2",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-3",
          9
         ],
         "destination": [
          "obj-33",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-36",
          0
         ],
         "destination": [
          "obj-37",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-37",
          0
         ],
         "destination": [
          "obj-2",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-3",
          10
         ],
         "destination": [
          "obj-36",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-4",
          0
         ],
         "destination": [
          "obj-36",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-39",
          0
         ],
         "destination": [
          "obj-40",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-40",
          0
         ],
         "destination": [
          "obj-2",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-3",
          11
         ],
         "destination": [
          "obj-39",
          0
         ]
        }
       },
       {
        "patchline": {
         "source": [
          "obj-4",
          0
         ],
         "destination": [
          "obj-39",
          0
         ]
        }
       }
      ]
     }
    }
   },
   {
    "box": {
     "id": "obj-97",
     "maxclass": "live.text",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      900.0,
      460.0,
      42.0,
      15.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      96.0,
      147.0,
      42.0,
      15.0
     ],
     "mode": 0,
     "text": "Settings",
     "texton": "Settings",
     "varname": "settings",
     "parameter_enable": 1,
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Settings",
       "parameter_shortname": "Settings",
       "parameter_annotation_name": "Settings",
       "parameter_info": "What the next action renders; recalled from a selected result.",
       "parameter_invisible": 1,
       "parameter_modmode": 0,
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0
       ],
       "parameter_type": 2,
       "parameter_enum": [
        "off",
        "on"
       ],
       "parameter_mmax": 1
      }
     },
     "annotation": "What the next action renders; recalled from a selected result.",
     "annotation_name": "Settings",
     "hint": "What the next action renders; recalled from a selected result."
    }
   },
   {
    "box": {
     "id": "obj-98",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      900.0,
      490.0,
      40.0,
      20.0
     ],
     "outlettype": [
      ""
     ],
     "text": "open"
    }
   },
   {
    "box": {
     "id": "obj-99",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      900.0,
      520.0,
      76.0,
      20.0
     ],
     "outlettype": [
      ""
     ],
     "text": "pcontrol"
    }
   }
  ],
  "lines": [
   {
    "patchline": {
     "source": [
      "obj-1",
      1
     ],
     "destination": [
      "obj-2",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-4",
      0
     ],
     "destination": [
      "obj-5",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-4",
      1
     ],
     "destination": [
      "obj-5",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-1",
      0
     ],
     "destination": [
      "obj-6",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-1",
      4
     ],
     "destination": [
      "obj-7",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-7",
      0
     ],
     "destination": [
      "obj-8",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-8",
      0
     ],
     "destination": [
      "obj-9",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-9",
      0
     ],
     "destination": [
      "obj-1",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-7",
      1
     ],
     "destination": [
      "obj-10",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-11",
      0
     ],
     "destination": [
      "obj-12",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-12",
      2
     ],
     "destination": [
      "obj-13",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-12",
      1
     ],
     "destination": [
      "obj-14",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-14",
      0
     ],
     "destination": [
      "obj-1",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-12",
      0
     ],
     "destination": [
      "obj-15",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-13",
      0
     ],
     "destination": [
      "obj-16",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-16",
      0
     ],
     "destination": [
      "obj-1",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-1",
      2
     ],
     "destination": [
      "obj-13",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-1",
      3
     ],
     "destination": [
      "obj-17",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-17",
      0
     ],
     "destination": [
      "obj-18",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-18",
      0
     ],
     "destination": [
      "obj-1",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      0
     ],
     "destination": [
      "obj-20",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-20",
      0
     ],
     "destination": [
      "obj-1",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-2",
      5
     ],
     "destination": [
      "obj-19",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-3",
      0
     ],
     "destination": [
      "obj-19",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-21",
      0
     ],
     "destination": [
      "obj-22",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-22",
      0
     ],
     "destination": [
      "obj-1",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-2",
      7
     ],
     "destination": [
      "obj-21",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-3",
      0
     ],
     "destination": [
      "obj-21",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-24",
      0
     ],
     "destination": [
      "obj-25",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-25",
      0
     ],
     "destination": [
      "obj-1",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-2",
      9
     ],
     "destination": [
      "obj-24",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-3",
      0
     ],
     "destination": [
      "obj-24",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-27",
      0
     ],
     "destination": [
      "obj-28",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-28",
      0
     ],
     "destination": [
      "obj-1",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-2",
      10
     ],
     "destination": [
      "obj-27",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-3",
      0
     ],
     "destination": [
      "obj-27",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-30",
      0
     ],
     "destination": [
      "obj-31",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-31",
      0
     ],
     "destination": [
      "obj-1",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-2",
      11
     ],
     "destination": [
      "obj-30",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-3",
      0
     ],
     "destination": [
      "obj-30",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-34",
      1
     ],
     "destination": [
      "obj-32",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-33",
      0
     ],
     "destination": [
      "obj-34",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-34",
      0
     ],
     "destination": [
      "obj-35",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-35",
      0
     ],
     "destination": [
      "obj-1",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-36",
      0
     ],
     "destination": [
      "obj-37",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-37",
      0
     ],
     "destination": [
      "obj-38",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-38",
      0
     ],
     "destination": [
      "obj-1",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-39",
      0
     ],
     "destination": [
      "obj-40",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-40",
      0
     ],
     "destination": [
      "obj-41",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-41",
      0
     ],
     "destination": [
      "obj-1",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-42",
      0
     ],
     "destination": [
      "obj-43",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-43",
      0
     ],
     "destination": [
      "obj-44",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-44",
      0
     ],
     "destination": [
      "obj-1",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-46",
      0
     ],
     "destination": [
      "obj-47",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-47",
      0
     ],
     "destination": [
      "obj-1",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-2",
      12
     ],
     "destination": [
      "obj-46",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-3",
      0
     ],
     "destination": [
      "obj-46",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-49",
      0
     ],
     "destination": [
      "obj-50",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-50",
      0
     ],
     "destination": [
      "obj-1",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-2",
      13
     ],
     "destination": [
      "obj-49",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-3",
      0
     ],
     "destination": [
      "obj-49",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-52",
      0
     ],
     "destination": [
      "obj-53",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-53",
      0
     ],
     "destination": [
      "obj-1",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-2",
      14
     ],
     "destination": [
      "obj-52",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-3",
      0
     ],
     "destination": [
      "obj-52",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-55",
      0
     ],
     "destination": [
      "obj-56",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-56",
      0
     ],
     "destination": [
      "obj-1",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-2",
      15
     ],
     "destination": [
      "obj-55",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-3",
      0
     ],
     "destination": [
      "obj-55",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-58",
      0
     ],
     "destination": [
      "obj-59",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-59",
      0
     ],
     "destination": [
      "obj-1",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-2",
      16
     ],
     "destination": [
      "obj-58",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-3",
      0
     ],
     "destination": [
      "obj-58",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-61",
      0
     ],
     "destination": [
      "obj-62",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-62",
      0
     ],
     "destination": [
      "obj-1",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-2",
      17
     ],
     "destination": [
      "obj-61",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-3",
      0
     ],
     "destination": [
      "obj-61",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-64",
      0
     ],
     "destination": [
      "obj-65",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-65",
      0
     ],
     "destination": [
      "obj-1",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-2",
      6
     ],
     "destination": [
      "obj-64",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-3",
      0
     ],
     "destination": [
      "obj-64",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-66",
      0
     ],
     "destination": [
      "obj-67",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-67",
      0
     ],
     "destination": [
      "obj-1",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-2",
      3
     ],
     "destination": [
      "obj-66",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-2",
      2
     ],
     "destination": [
      "obj-68",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-68",
      2
     ],
     "destination": [
      "obj-69",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-69",
      0
     ],
     "destination": [
      "obj-1",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-68",
      3
     ],
     "destination": [
      "obj-70",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-70",
      2
     ],
     "destination": [
      "obj-71",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-71",
      0
     ],
     "destination": [
      "obj-1",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-70",
      1
     ],
     "destination": [
      "obj-72",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-72",
      0
     ],
     "destination": [
      "obj-68",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-70",
      0
     ],
     "destination": [
      "obj-73",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-73",
      0
     ],
     "destination": [
      "obj-1",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-75",
      0
     ],
     "destination": [
      "obj-76",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-76",
      0
     ],
     "destination": [
      "obj-1",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-2",
      8
     ],
     "destination": [
      "obj-75",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-3",
      0
     ],
     "destination": [
      "obj-75",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-77",
      0
     ],
     "destination": [
      "obj-78",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-78",
      0
     ],
     "destination": [
      "obj-79",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-79",
      0
     ],
     "destination": [
      "obj-1",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-80",
      0
     ],
     "destination": [
      "obj-81",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-81",
      0
     ],
     "destination": [
      "obj-82",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-82",
      0
     ],
     "destination": [
      "obj-1",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-83",
      0
     ],
     "destination": [
      "obj-84",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-84",
      0
     ],
     "destination": [
      "obj-85",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-85",
      0
     ],
     "destination": [
      "obj-1",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-86",
      0
     ],
     "destination": [
      "obj-87",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-87",
      0
     ],
     "destination": [
      "obj-1",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-2",
      4
     ],
     "destination": [
      "obj-86",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-88",
      0
     ],
     "destination": [
      "obj-89",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-89",
      0
     ],
     "destination": [
      "obj-1",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-3",
      0
     ],
     "destination": [
      "obj-88",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-2",
      0
     ],
     "destination": [
      "obj-91",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-91",
      0
     ],
     "destination": [
      "obj-90",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-2",
      1
     ],
     "destination": [
      "obj-92",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-93",
      0
     ],
     "destination": [
      "obj-94",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-94",
      0
     ],
     "destination": [
      "obj-95",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-95",
      0
     ],
     "destination": [
      "obj-1",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-2",
      18
     ],
     "destination": [
      "obj-96",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-96",
      0
     ],
     "destination": [
      "obj-1",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-97",
      0
     ],
     "destination": [
      "obj-98",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-98",
      0
     ],
     "destination": [
      "obj-99",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-99",
      0
     ],
     "destination": [
      "obj-96",
      0
     ]
    }
   }
  ],
  "parameters": {
   "obj-13": [
    "Ditto State",
    "State",
    0
   ],
   "obj-21": [
    "Action",
    "Action",
    0
   ],
   "obj-24": [
    "Genre",
    "Genre",
    0
   ],
   "obj-27": [
    "Mood",
    "Mood",
    0
   ],
   "obj-30": [
    "Key",
    "Key",
    0
   ],
   "obj-33": [
    "Go",
    "Go",
    0
   ],
   "obj-36": [
    "Cancel",
    "Cancel",
    0
   ],
   "obj-39": [
    "Keep",
    "Keep",
    0
   ],
   "obj-42": [
    "Recall",
    "Recall",
    0
   ],
   "obj-46": [
    "Bars",
    "Bars",
    0
   ],
   "obj-49": [
    "Drafts",
    "Drafts",
    0
   ],
   "obj-52": [
    "Variations",
    "Variations",
    0
   ],
   "obj-55": [
    "Variation",
    "Variation",
    0
   ],
   "obj-58": [
    "Strength",
    "Strength",
    0
   ],
   "obj-61": [
    "Continue",
    "Continue",
    0
   ],
   "obj-75": [
    "Lane",
    "Lane",
    0
   ],
   "obj-77": [
    "Listen",
    "Listen",
    0
   ],
   "obj-80": [
    "Stop",
    "Stop",
    0
   ],
   "obj-83": [
    "Read Set",
    "Read Set",
    0
   ],
   "obj-88": [
    "Intensity",
    "Intensity",
    0
   ],
   "obj-93": [
    "Start",
    "Start",
    0
   ],
   "obj-96::obj-6": [
    "Drums",
    "Drums",
    0
   ],
   "obj-96::obj-9": [
    "Bass",
    "Bass",
    0
   ],
   "obj-96::obj-12": [
    "Chords",
    "Chords",
    0
   ],
   "obj-96::obj-15": [
    "Lead",
    "Lead",
    0
   ],
   "obj-96::obj-18": [
    "Pad",
    "Pad",
    0
   ],
   "obj-96::obj-21": [
    "Groove",
    "Groove",
    0
   ],
   "obj-96::obj-24": [
    "Preset",
    "Preset",
    0
   ],
   "obj-96::obj-27": [
    "Result",
    "Result",
    0
   ],
   "obj-96::obj-30": [
    "Match level",
    "Match level",
    0
   ],
   "obj-97": [
    "Settings",
    "Settings",
    0
   ],
   "parameterbanks": {
    "0": {
     "index": 0,
     "name": "ditto",
     "parameters": [
      "Intensity",
      "-",
      "-",
      "-",
      "-",
      "-",
      "-",
      "-"
     ]
    }
   },
   "inherited_shortname": 1
  },
  "latency": 0,
  "dependency_cache": [
   {
    "name": "ditto-daw.js",
    "type": "TEXT",
    "implicit": 1
   },
   {
    "name": "helper.js",
    "type": "TEXT",
    "implicit": 1
   }
  ],
  "project": {
   "version": 1,
   "autoorganize": 1,
   "hideprojectwindow": 1,
   "showdependencies": 1,
   "autolocalize": 0,
   "contents": {
    "patchers": {}
   },
   "layout": {},
   "searchpath": {},
   "readonly": 0,
   "devpathtype": 0,
   "devpath": ".",
   "amxdtype": 1633771873
  }
 }
}
