; The setup for one user. makensis is told: VERSION (1.2.3), SOURCE (the frozen program), ICONS, OUT, and SIGN, a
; command that signs the uninstaller.
;
; setup.exe [/S] [/LOG=FILE] [/D=FOLDER]        /S: silent; /D comes last and takes no quotes
; uninstall.exe [/S] [/FORGET-TOKENS] [/LOG=FILE]
;
; Exit statuses of both; the texts of the program's page "Rolling out" name them too:
;   0 done   1 cancelled by the person   2 failed
;   4 bindtool is in use: a command of it is at work, nothing was changed, try later
;   5 uninstall only: the tokens could not be removed, bindtool stays
;   6 bindtool is installed per machine already   7 started by the system's account

!define IN_USE 4
!define TOKENS_STAY 5
!define PER_MACHINE 6
!define SYSTEM_ACCOUNT 7

Target amd64-unicode
Unicode true
SetCompressor /SOLID lzma
; Both programs carry the same Python modules: within reach of each other they are packed once.
SetCompressorDictSize 64

!uninstfinalize '"${SIGN}" "%1"' = 0

!include MUI2.nsh
!include LogicLib.nsh
!include FileFunc.nsh

Name "bindtool"
OutFile "${OUT}"
RequestExecutionLevel user
ManifestDPIAware true
InstallDir "$LOCALAPPDATA\Programs\bindtool"
BrandingText "bindtool ${VERSION}"

VIProductVersion "${VERSION}.0"
VIAddVersionKey /LANG=0 "ProductName" "bindtool"
VIAddVersionKey /LANG=0 "FileDescription" "bindtool setup"
VIAddVersionKey /LANG=0 "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=0 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=0 "CompanyName" "bindtool contributors"
VIAddVersionKey /LANG=0 "LegalCopyright" "bindtool contributors, MIT licence"

!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\bindtool"
!define PATHS_KEY "Software\Microsoft\Windows\CurrentVersion\App Paths\bindtool.exe"

!define MUI_ICON "${ICONS}/bindtool.ico"
!define MUI_UNICON "${ICONS}/bindtool.ico"
!define MUI_WELCOMEFINISHPAGE_BITMAP "${ICONS}/setup.bmp"
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_RUN "$INSTDIR\bindtool.exe"
!define MUI_FINISHPAGE_RUN_TEXT "$(TEXT_START)"
!define MUI_WELCOMEPAGE_TEXT "$(TEXT_WELCOME)"
!insertmacro MUI_PAGE_WELCOME
!define MUI_PAGE_CUSTOMFUNCTION_PRE SkipWhereInstalled
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
; The first one serves every language that is not listed.
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "SimpChinese"
!include "texts.nsh"

Var Log
Var Earlier
Var WasOpen

; ---------------------------------------------------------------- shared by setup and uninstaller

!macro Shared un

; Pops a line and appends it to the file named by /LOG.
Function ${un}WriteLog
  Exch $0
  DetailPrint "$0"
  ${If} $Log != ""
    FileOpen $1 "$Log" a
    FileSeek $1 0 END
    FileWriteUTF16LE /BOM $1 "$0$\r$\n"
    FileClose $1
  ${EndIf}
  Pop $0
FunctionEnd

Function ${un}OpenLog
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/LOG=" $Log
  Push "bindtool ${VERSION}: $EXEPATH, folder $INSTDIR"
  Call ${un}WriteLog
FunctionEnd

; Pops a text, a reason for the log and an exit status: shows the text, unless silent, and exits.
Function ${un}Refuse
  Pop $2
  Pop $1
  Pop $0
  Push "$1: ends with status $2"
  Call ${un}WriteLog
  MessageBox MB_OK|MB_ICONEXCLAMATION "$0" /SD IDOK
  SetErrorLevel $2
  Quit
FunctionEnd

; Pushes 1 if a running program holds one of the two executables, else 0.
Function ${un}IsOpen
  StrCpy $2 0
  ${If} ${FileExists} "$INSTDIR\bindtool.exe"
    ClearErrors
    FileOpen $1 "$INSTDIR\bindtool.exe" a
    ${If} ${Errors}
      StrCpy $2 1
    ${Else}
      FileClose $1
    ${EndIf}
  ${EndIf}
  ${If} ${FileExists} "$INSTDIR\bindtool-cli.exe"
    ClearErrors
    FileOpen $1 "$INSTDIR\bindtool-cli.exe" a
    ${If} ${Errors}
      StrCpy $2 1
    ${Else}
      FileClose $1
    ${EndIf}
  ${EndIf}
  Push $2
FunctionEnd

; Asks bindtool to close, or exits with IN_USE. No process is ever killed.
Function ${un}MakeRoom
  StrCpy $WasOpen 0
  ${Unless} ${FileExists} "$INSTDIR\bindtool.exe"
    Return
  ${EndUnless}
  ask:
  Call ${un}IsOpen
  Pop $0
  ${If} $0 = 1
    StrCpy $WasOpen 1
  ${EndIf}
  ; Another copy, such as the portable one, may be at work on the same data: always ask.
  ExecWait '"$INSTDIR\bindtool.exe" --ask-to-close' $3
  Push "bindtool.exe --ask-to-close: status $3"
  Call ${un}WriteLog
  ${If} $3 <> ${IN_USE}
    ; Its window is closed; the process takes a moment longer.
    ${For} $4 1 40
      Call ${un}IsOpen
      Pop $0
      ${If} $0 = 0
        Return
      ${EndIf}
      Sleep 250
    ${Next}
    ; A command is running, or another user's bindtool. Reopen the window, which was closed in vain.
    ${If} $WasOpen = 1
      Exec '"$INSTDIR\bindtool.exe"'
    ${EndIf}
  ${EndIf}
  Push "bindtool is in use"
  Call ${un}WriteLog
  MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(TEXT_IN_USE)" /SD IDCANCEL IDRETRY ask
  Push "ends with status ${IN_USE}"
  Call ${un}WriteLog
  SetErrorLevel ${IN_USE}
  Quit
FunctionEnd

; Files of an earlier version; any other file in the folder is left alone.
Function ${un}RemoveFiles
  Delete "$INSTDIR\bindtool.exe"
  Delete "$INSTDIR\bindtool-cli.exe"
  RMDir /r "$INSTDIR\_internal"
FunctionEnd

!macroend
!insertmacro Shared ""
!insertmacro Shared "un."

; ---------------------------------------------------------------- setup

Function .onInit
  SetRegView 64
  ReadRegStr $Earlier HKCU "Software\bindtool" "InstallDir"
  ${If} $Earlier != ""
    StrCpy $INSTDIR $Earlier
  ${EndIf}
  Call OpenLog
  ReadRegStr $0 HKLM "Software\bindtool" "InstallDir"
  ${If} $0 != ""
    Push "$(TEXT_PER_MACHINE)"
    Push "installed per machine in $0"
    Push ${PER_MACHINE}
    Call Refuse
  ${EndIf}
  ; A management agent's account has a profile that is invisible to users.
  ${GetFileName} "$PROFILE" $0
  ${If} $0 == "systemprofile"
    Push "$(TEXT_SYSTEM_ACCOUNT)"
    Push "started by the system's account"
    Push ${SYSTEM_ACCOUNT}
    Call Refuse
  ${EndIf}
FunctionEnd

; A new version replaces the earlier one in its folder, whatever /D says.
Function SkipWhereInstalled
  ${If} $Earlier != ""
    Abort
  ${EndIf}
FunctionEnd

Section
  Call MakeRoom
  Call RemoveFiles
  SetOutPath "$INSTDIR"
  File /r "${SOURCE}\*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\bindtool.lnk" "$INSTDIR\bindtool.exe"

  WriteRegStr HKCU "Software\bindtool" "InstallDir" "$INSTDIR"
  WriteRegStr HKCU "${PATHS_KEY}" "" "$INSTDIR\bindtool.exe"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayName" "bindtool"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\bindtool.exe"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "Publisher" "bindtool contributors"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  IntFmt $0 "0x%08X" $0
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "EstimatedSize" "$0"

  Push "installed"
  Call WriteLog
  ; Otherwise the last page offers it.
  ${If} ${Silent}
  ${AndIf} $WasOpen = 1
    Exec '"$INSTDIR\bindtool.exe"'
  ${EndIf}
SectionEnd

; ---------------------------------------------------------------- uninstaller

Function un.onInit
  Call un.OpenLog
FunctionEnd

Section "Uninstall"
  Call un.MakeRoom
  Call un.ForgetTokens
  Call un.RemoveFiles
  Delete "$SMPROGRAMS\bindtool.lnk"
  DeleteRegKey HKCU "${UNINSTALL_KEY}"
  DeleteRegKey HKCU "${PATHS_KEY}"
  DeleteRegKey HKCU "Software\bindtool"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Push "removed"
  Call un.WriteLog
SectionEnd

; Data are kept; tokens are removed at the user's request, or by the switch.
Function un.ForgetTokens
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/FORGET-TOKENS" $1
  ${If} ${Errors}
    MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 "$(TEXT_FORGET_TOKENS)" /SD IDNO IDYES forget
    Return
  ${EndIf}
  forget:
  nsExec::Exec '"$INSTDIR\bindtool-cli.exe" token forget --all'
  Pop $3
  Push "bindtool-cli.exe token forget --all: status $3"
  Call un.WriteLog
  ${If} $3 != 0
    Push "$(TEXT_NOT_FORGOTTEN)"
    Push "the tokens could not be removed"
    Push ${TOKENS_STAY}
    Call un.Refuse
  ${EndIf}
FunctionEnd
